"""Langfuse Python 5 sends pictures inside a generation and fetches them, reads and deletes its scores, asks for metrics."""

import base64
import hashlib
import json
import os
import time
from datetime import datetime, timedelta, timezone

import httpx
from langfuse import Langfuse
from langfuse.media import LangfuseMedia

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

langfuse = Langfuse(base_url=os.environ["BASE_URL"])
media = LangfuseMedia(content_bytes=PICTURE, content_type="image/png")
inline = "data:image/png;base64," + base64.b64encode(PICTURE + b"another").decode()
with langfuse.start_as_current_observation(name="look", as_type="generation", input={"picture": media, "inline": inline}) as span:
    trace_id, observation_id = span.trace_id, span.id
    span.update(output="a dot", model="gpt-4o-mini")
    span.score(name="sharp", value=1, data_type="BOOLEAN", comment="very")
    span.score_trace(name="mood", value="calm", data_type="CATEGORICAL")
    span.score_trace(name="note", value="words", data_type="TEXT")
langfuse.flush()

media_id = base64.urlsafe_b64encode(hashlib.sha256(PICTURE).digest()).decode()[:22]
found = None
patience, begun = int(os.environ["LANGFUSE_TIMEOUT"]), time.monotonic()
while found is None and time.monotonic() - begun < patience:
    try:
        found = langfuse.api.media.get(media_id)
    except Exception:
        time.sleep(0.25)
assert found is not None, "the picture never came"
assert found.content_type == "image/png" and found.content_length == len(PICTURE), found

fetched = httpx.get(found.url, timeout=patience)
assert fetched.content == PICTURE, (fetched.status_code, fetched.content[:200])
other = base64.urlsafe_b64encode(hashlib.sha256(PICTURE + b"another").digest()).decode()[:22]
assert langfuse.api.media.get(other).content_length == len(PICTURE) + 7

page = langfuse.api.scores.get_many(trace_id=trace_id, fields="details,subject,annotation")
scores = {score.name: score for score in page.data}
assert scores["sharp"].value is True and scores["sharp"].comment == "very", scores
assert scores["sharp"].subject.kind == "observation" and scores["sharp"].subject.id == observation_id, scores
assert scores["mood"].value == "calm" and scores["note"].value == "words", scores
langfuse.api.scores.delete(scores["note"].id)
assert len(langfuse.api.scores.get_many(trace_id=trace_id).data) == 2

now, day = datetime.now(timezone.utc), timedelta(days=1)
query = {
    "view": "observations", "dimensions": [{"field": "providedModelName"}],
    "metrics": [{"measure": "count", "aggregation": "count"}],
    "fromTimestamp": (now - day).isoformat(), "toTimestamp": (now + day).isoformat(),
}
metrics = langfuse.api.metrics.metrics(query=json.dumps(query)).data
# Other clients have sent to the same project before.
counted = {row["providedModelName"]: row["count_count"] for row in metrics}
assert counted["gpt-4o-mini"] >= 1, metrics
print(json.dumps({"client": "langfuse Python 5 media", "trace_id": trace_id, "media_id": media_id}))
