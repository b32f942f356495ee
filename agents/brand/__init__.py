"""The look of an agent's pages: style sheets made from colours and corners, and staff's own style sheet, checked."""
