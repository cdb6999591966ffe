"""What a bot makes of messages: training, versions, measures, serving."""
