"""What an agent's pages look like: style sheets made of colours and corners, and staff's own style sheet, checked."""
