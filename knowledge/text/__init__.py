"""Sentences, words, tokens and languages."""
