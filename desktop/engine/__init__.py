"""Inference: the engine protocol, the child process that runs a model, and the model catalogue."""
