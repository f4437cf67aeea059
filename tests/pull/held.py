"""What a server holds as its reading API shows it, without what says only where and when it arrived."""

import json
import urllib.request

from filled import AUTHORIZATION
from product import PATIENCE

OF_THE_PLACE = {"createdAt", "updatedAt", "projectId", "htmlPath"}
LISTS = {
    "traces": "/api/public/traces?orderBy=timestamp.asc",
    "observations": "/api/public/observations?",
    "scores": "/api/public/v2/scores?",
}


def held(url):
    """Name of the list -> id -> entry; and the sums of each day, which show what was counted twice."""
    found = {name: dict(entries(url + path)) for name, path in LISTS.items()}
    days = get(url + "/api/public/metrics/daily?limit=100")["data"]
    return found | {"days": {day["date"]: day for day in days}}


def entries(url):
    page, pages = 1, 1
    while page <= pages:
        answer = get(f"{url}&limit=100&page={page}")
        for entry in answer["data"]:
            yield entry["id"], {name: value for name, value in entry.items() if name not in OF_THE_PLACE}
        page, pages = page + 1, answer["meta"]["totalPages"]


def get(url):
    request = urllib.request.Request(url, headers={"Authorization": AUTHORIZATION})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.loads(answer.read())
