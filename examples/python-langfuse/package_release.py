"""One run of the workflow `package_release` in three roles, told by the Langfuse SDK as it is."""

import os
import time

from langfuse import Langfuse, propagate_attributes

# Stage, role, tokens in and out, what was asked and answered.
STAGES = [
    ("version_bump", "backend-engineer", 600, 250, "What is the next version after 1.3.2?", "1.4.0: there is a new command."),
    ("quality_validation", "testing-specialist", 500, 150, "Did the checks of 1.4.0 pass?", "All 212 passed."),
    ("publish_deploy", "devops-engineer", 400, 150, "Is 1.4.0 out?", "1.4.0 is in the registry and on both servers."),
]


def setting(names, default):
    return next((os.environ[name] for name in names if os.environ.get(name)), default)


url = setting(["LANGFUSE_HOST", "TRACEWRIGHT_URL"], "http://127.0.0.1:8420").rstrip("/")
client = Langfuse(
    base_url=url,
    public_key=setting(["LANGFUSE_PUBLIC_KEY", "TRACEWRIGHT_PUBLIC_KEY"], "pk-lf-examples"),
    secret_key=setting(["LANGFUSE_SECRET_KEY", "TRACEWRIGHT_SECRET_KEY"], "sk-lf-only-for-examples"),
)

# Said once for the whole trace: agent and tenant as tags, and the conversation it belongs to.
with propagate_attributes(session_id="release-1.4.0", tags=["agent:langfuse-releaser", "tenant:acme"]):
    # Said once for the run; the calls below are part of it without saying so.
    with client.start_as_current_observation(
        name="package_release", as_type="chain", input="Release 1.4.0", metadata={"workflow": "package_release"}
    ) as run:
        for stage, persona, tokens_in, tokens_out, question, answer in STAGES:
            # Said once for the stage: its name, and the role that everything below is done in.
            with client.start_as_current_observation(name=stage, metadata={"stage": stage, "persona": persona}) as span:
                with client.start_as_current_observation(
                    name="ask", as_type="generation", model="gpt-4o-mini", input=[{"role": "user", "content": question}]
                ) as call:
                    time.sleep(tokens_out / 1000)  # Here a program would ask its model.
                    call.update(
                        output={"role": "assistant", "content": answer},
                        usage_details={"input": tokens_in, "output": tokens_out},
                    )
                span.update(metadata={"quality_gate_passed": True})
        run.update(output="1.4.0 is out.")
client.shutdown()  # Sends what is left.
print(f"{url}/traces/{run.trace_id}")
