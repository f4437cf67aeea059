"""LiteLLM with its callback of the name `langfuse`, which brings Langfuse's own SDK."""

import os

os.environ["CALLBACK"] = "langfuse"
import litellm

litellm.success_callback = ["langfuse"]
import litellm_otel  # noqa: E402, F401: the same two calls
