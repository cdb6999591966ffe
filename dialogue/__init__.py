"""(state, understanding) to (new state, action). Pure: no input or output, no clock, no other module."""
