"""The gate between a language model and the visitor: holds back statements that the model's sources do not support."""
