"""MLflow's tracing around OpenAI's own client, sent over OTLP."""

import os

# Given an address for metrics as well, it asks for an experiment, and only the whole of MLflow knows those.
os.environ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = os.environ.pop("OTEL_EXPORTER_OTLP_ENDPOINT") + "/v1/traces"
# Its own store would need the whole of MLflow too; nobody asks this one anything.
os.environ["MLFLOW_TRACKING_URI"] = os.environ["BASE_URL"]
import mlflow
from mlflow.entities import SpanType

import openai_loop

mlflow.openai.autolog()


@mlflow.trace(span_type=SpanType.TOOL)
def read_valve(id: str) -> str:
    """Reads the state of a valve."""
    return "shut"


@mlflow.trace(span_type=SpanType.AGENT)
def inspector(question):
    mlflow.update_current_trace(metadata={"mlflow.trace.session": os.environ["SESSION"], "mlflow.trace.user": os.environ["PERSON"]})
    return openai_loop.inspect(read_valve)


print(inspector(os.environ["QUESTION"]))
mlflow.flush_trace_async_logging()
