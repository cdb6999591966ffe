"""What several loaders share: character sets, zip containers, XML, tables, headings, cleaning of text."""
