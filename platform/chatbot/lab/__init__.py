"""Why an answer is found, sets of questions, calibrated refusal."""
