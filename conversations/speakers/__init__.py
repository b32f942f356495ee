"""Who answers in a session: the agent, nobody yet, or a person of the company."""
