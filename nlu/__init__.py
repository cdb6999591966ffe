"""Text to `Understanding`: language, intent, confidence, entities. Knows no database and no other module."""
