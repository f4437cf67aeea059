"""One run of the workflow `package_release` in three roles: the calls are told by LiteLLM, run and stages by OpenTelemetry."""

import base64
import os

# One span for each call, under the names of OpenTelemetry's convention; without it LiteLLM tells each call twice.
os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "gen_ai_latest_experimental")
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # Its prices from the package, not from the internet.
os.environ.setdefault("LITELLM_LOG", "ERROR")

import litellm
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

# Stage, role, tokens in and out, what was asked and answered.
STAGES = [
    ("version_bump", "backend-engineer", 600, 250, "What is the next version after 1.3.2?", "1.4.0: there is a new command."),
    ("quality_validation", "testing-specialist", 500, 150, "Did the checks of 1.4.0 pass?", "All 212 passed."),
    ("publish_deploy", "devops-engineer", 400, 150, "Is 1.4.0 out?", "1.4.0 is in the registry and on both servers."),
]


def setting(names, default):
    return next((os.environ[name] for name in names if os.environ.get(name)), default)


url = setting(["LANGFUSE_HOST", "TRACEWRIGHT_URL"], "http://127.0.0.1:8420").rstrip("/")
public_key = setting(["LANGFUSE_PUBLIC_KEY", "TRACEWRIGHT_PUBLIC_KEY"], "pk-lf-examples")
secret_key = setting(["LANGFUSE_SECRET_KEY", "TRACEWRIGHT_SECRET_KEY"], "sk-lf-only-for-examples")
pair = base64.b64encode(f"{public_key}:{secret_key}".encode()).decode()
provider = TracerProvider()
exporter = OTLPSpanExporter(endpoint=f"{url}/api/public/otel/v1/traces", headers={"Authorization": f"Basic {pair}"})
provider.add_span_processor(BatchSpanProcessor(exporter))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("package-release")
litellm.callbacks = ["otel"]  # Takes the provider above.

# Said once for the run: the calls below are of this workflow, agent, tenant and session without saying so.
said = {"gen_ai.agent.name": "litellm-releaser", "tenant.id": "initech", "session.id": "release-1.4.0"}
with tracer.start_as_current_span("workflow.package_release", attributes=said) as run:
    for stage, persona, tokens_in, tokens_out, question, answer in STAGES:
        # Said once for the stage: its name, and the role that everything below is done in.
        with tracer.start_as_current_span(f"stage.{stage}", attributes={"stage.persona": persona}) as span:
            usage = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": answer}}
            litellm.completion(
                model="openai/gpt-4o-mini",
                messages=[{"role": "user", "content": question}],
                # Without these two lines, and with OPENAI_API_KEY set, it asks the provider, whose tokens then count.
                mock_response=litellm.ModelResponse(model="gpt-4o-mini", choices=[choice], usage=usage),
                mock_delay=tokens_out / 1000,
                metadata={"litellm_parent_otel_span": span},
            )
            span.set_attribute("stage.quality_gate_passed", True)
# LiteLLM tells of its calls in threads of its own. They end with the program, and then the exporter sends what is left.
print(f"{url}/traces/{trace.format_trace_id(run.get_span_context().trace_id)}")
