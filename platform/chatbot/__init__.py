"""The application: API, services and storage around the four modules nlu, dialogue, knowledge and connectors."""

__version__ = "0.1.0"
