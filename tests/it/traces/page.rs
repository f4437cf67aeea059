//! The trace page through the whole site: slices of big trees, filters, views, files, comparisons.

use actix_web::http::StatusCode;
use scraper::{Html, Selector};
use serde_json::{Value, json};
use tracewright::foundation::Asker;
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch};

use super::{batch, event, otlp_json};
use crate::harness::http::{Answer, Client, Site, site};
use crate::harness::{TestApp, on_both};
use crate::people::owner;
use crate::people::pages::cookie;

pub(super) async fn reader(t: &TestApp) -> (Site, Client, foundation::ProjectKey) {
    let project = owner(t).await.project;
    let client = Client::browser(Some(&cookie(t, "owner@example.com").await));
    (site(t).await, client, project)
}

pub(super) async fn ok(site: &Site, client: &Client, path: &str) -> Answer {
    let answer = client.get(site, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer
}

fn spans_in(html: &str) -> usize {
    html.matches("data-span=").count()
}

pub(super) fn span(trace: &str, id: &str, parent: Option<&str>, more: Value) -> Value {
    let mut body = json!({"id": id, "traceId": trace, "parentObservationId": parent, "name": id,
        "startTime": "2026-11-21T09:00:00.000Z", "endTime": "2026-11-21T09:00:02.000Z"});
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    event(&format!("e-{trace}-{id}"), "span-create", 1, body)
}

fn call(trace: &str, id: &str, parent: &str, answer: &str) -> Value {
    let input = json!([{"role": "user", "content": "How many <calls>?"}]);
    let body = json!({"id": id, "traceId": trace, "parentObservationId": parent, "name": "chat", "model": "m-1",
        "startTime": "2026-11-21T09:00:01.000Z", "endTime": "2026-11-21T09:00:02.000Z", "input": input, "output": answer,
        "usageDetails": {"input": 7, "output": 3}});
    event(&format!("e-{trace}-{id}"), "generation-create", 1, body)
}

fn turn(trace: &str, answer: &str) -> Vec<Value> {
    vec![
        event(
            &format!("e-{trace}"),
            "trace-create",
            0,
            json!({"id": trace, "name": "turn", "sessionId": "s"}),
        ),
        span(trace, "top", None, json!({})),
        span(trace, "http", Some("top"), json!({})),
        call(trace, "call", "http", answer),
    ]
}

on_both! {
    async fn what_the_trace_itself_was_given_is_read_on_its_page(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let given = json!({"id": "own", "name": "own", "input": {"asked": "of <the trace>"}, "output": "z".repeat(300_000)});
        let top = span("own", "top", None, json!({"input": "of the top"}));
        batch(&t, project, &[event("e-own", "trace-create", 0, given), top]).await;
        let page = ok(&site, &client, "/traces/own").await.body;
        let own = page.split_once("Input of the trace itself").unwrap().1;
        assert!(own.contains("of &#60;the trace&#62;") || own.contains("of &lt;the trace&gt;"), "{own}");
        assert!(own.contains("Output of the trace itself, 300"), "{own}");
        assert!(own.contains("the export has it") && page.contains("of the top"));
        batch(&t, project, &turn("none", "x")).await;
        assert!(!ok(&site, &client, "/traces/none").await.body.contains("of the trace itself"));
    }

    async fn a_big_tree_comes_in_slices_and_each_leads_on(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let ids: Vec<String> = (0..900).map(|n| format!("s{n}")).collect();
        let mut events = vec![span("big", "top", None, json!({}))];
        events.extend(ids.iter().map(|id| span("big", id, Some("top"), json!({}))));
        events.extend((0..40).map(|n| span("big", &format!("leaf{n}"), Some("s500"), json!({}))));
        batch(&t, project, &events).await;
        let page = ok(&site, &client, "/traces/big?observation=top").await.body;
        assert_eq!(spans_in(&page), 201);
        assert!(page.contains("data-next=\"200\"") && page.contains("941 spans"), "{}", page.len());
        let more = ok(&site, &client, "/traces/big/tree?under=top&start=200").await.body;
        assert!(spans_in(&more) >= 200 && !more.contains("<html"));
        let deep = ok(&site, &client, "/traces/big?observation=leaf7").await.body;
        assert!(deep.contains("data-span=\"leaf7\"") && deep.contains("data-span=\"s500\"") && spans_in(&deep) <= 300);
        let opened = ok(&site, &client, "/traces/big?observation=top&open=s500").await.body;
        assert!(spans_in(&opened) <= 300);
        for (path, status) in [("tree?under=no", 404), ("tree?under=top&start=x", 422), ("chosen?observation=no", 404), ("chosen", 422)] {
            let answer = client.get(&site, &format!("/traces/big/{path}")).await;
            let is_bad = answer.status.as_u16() == status || (status == 422 && answer.status == StatusCode::BAD_REQUEST);
            assert!(is_bad, "{path}: {}", answer.status);
        }
    }

    async fn filters_lift_model_calls_out_of_the_noise(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        batch(&t, project, &turn("t", "41")).await;
        let quiet = ok(&site, &client, "/traces/t?quiet=1").await.body;
        assert!(quiet.contains("1 of 3 spans") && spans_in(&quiet) == 1);
        let none = ok(&site, &client, "/traces/t?q=nothing+like+this").await.body;
        assert!(none.contains("No span fits") && none.contains("Show all 3"));
        assert_eq!(spans_in(&ok(&site, &client, "/traces/t?kind=GENERATION").await.body), 1);
    }

    async fn a_filter_that_cannot_be_read_is_refused_where_it_stands_and_nothing_typed_is_lost(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        batch(&t, project, &turn("t", "41")).await;
        let bad = client.get(&site, "/traces?name=turn&min_s=abc&tag=x&min_tokens=2.5").await;
        assert_eq!(bad.status, StatusCode::BAD_REQUEST);
        for there in ["Seconds, from: write a number such as 2.5.", "value=\"abc\"", "name=\"tag\" value=\"x\"", "Nothing was looked up"] {
            assert!(bad.body.contains(there), "{there}: {}", bad.body);
        }
        let all = ok(&site, &client, "/traces?min_tokens=0&max_tokens=1,000,000&name=").await.body;
        assert!(all.contains("href=\"/traces/t\""), "{all}");
    }

    async fn the_chosen_observation_reads_as_messages_json_or_bytes(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        batch(&t, project, &turn("t", &"long ".repeat(60_000))).await;
        let page = ok(&site, &client, "/traces/t?observation=call").await.body;
        assert!(page.contains("<span>user</span>") && page.contains("How many &#60;calls&#62;?"), "{page}");
        assert!(page.contains("Only the beginning is shown") && page.len() < 200_000, "{}", page.len());
        let json = ok(&site, &client, "/traces/t/chosen?observation=call&view=json").await.body;
        assert!(json.contains("class=\"json\"") && !json.contains("<html"));
        let whole = ok(&site, &client, "/traces/t/chosen?observation=call&view=raw&whole=1").await.body;
        assert!(whole.len() > 300_000);
    }

    async fn an_export_holds_the_whole_trace_exactly(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let mut events = turn("t/../1", "41");
        events.extend((0..120).map(|n| span("t/../1", &format!("n{n}"), Some("top"), json!({"input": {"n": 0.1}}))));
        events.push(event("e-sc", "score-create", 3, json!({"id": "sc", "traceId": "t/../1", "name": "ok", "value": 1})));
        batch(&t, project, &events).await;
        let answer = ok(&site, &client, "/traces/t%2F..%2F1/export.json").await;
        let disposition = answer.headers.get("content-disposition").unwrap().to_str().unwrap();
        assert_eq!(disposition, "attachment; filename=\"trace-t----1.json\"");
        let file: Value = serde_json::from_str(&answer.body).unwrap();
        let observations = file["observations"].as_array().unwrap();
        assert_eq!((observations.len(), file["scores"].as_array().unwrap().len()), (123, 1));
        let call = observations.iter().find(|o| o["id"] == "call").unwrap();
        assert_eq!(call["input"]["text"], r#"[{"role":"user","content":"How many <calls>?"}]"#);
        assert_eq!(call["state"]["model"], "m-1");
        let lines = ok(&site, &client, "/traces/t%2F..%2F1/export.jsonl").await.body;
        let records: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!((records.len(), records[0]["record"].as_str(), records[124]["record"].as_str()), (125, Some("trace"), Some("score")));
        assert_eq!(client.get(&site, "/traces/no/export.json").await.status, StatusCode::NOT_FOUND);
    }

    async fn two_traces_are_compared_step_by_step_and_word_by_word(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        batch(&t, project, &turn("a", "48 of 51 calls are traced")).await;
        let mut other = turn("b", "49 of 51 calls are traced");
        other.push(span("b", "retry", Some("top"), json!({"level": "ERROR"})));
        batch(&t, project, &other).await;
        let offers = ok(&site, &client, "/traces/a/compare").await.body;
        assert!(offers.contains("/traces/a/diff/b") && offers.contains("same session"));
        let page = ok(&site, &client, "/traces/a/diff/b").await.body;
        assert!(page.contains("3 same") && page.contains("1 added"), "{page}");
        assert!(page.contains("<del>48</del><ins>49</ins>"), "{page}");
        assert!(ok(&site, &client, "/traces/a/diff/a?only=changes").await.body.contains("Nothing differs"));
        let chosen = client.get(&site, "/traces/a/compare?with=b").await;
        assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, "/traces/a/diff/b"));
        assert_eq!(client.get(&site, "/traces/a/diff/no").await.status, StatusCode::NOT_FOUND);
    }

    async fn every_value_leads_to_the_trace_it_stands_on(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let metadata = json!({
            "text": "north & south", "spaced": " at both ends ", "lines": "one\ntwo", "number": 7, "broken": 0.25, "big": 1e30, "flag": true,
            "none": null, "list": ["x", 1, {"deep": [true]}], "object": {"z": {"y": [1, 2, {"x": "w"}]}, "a": "b\"c"}, "empty": {},
            "json": "{\"k\": 1}", "long": "word ".repeat(60), "名前": "弁", "a.b": {"c.d": 3}, "--": "no letters", "control": "a\u{7}b",
        });
        let own = json!({"id": "own", "name": "own", "metadata": metadata.clone()});
        let top = span("own", "top", None, json!({"metadata": metadata}));
        batch(&t, project, &[event("e-own", "trace-create", 0, own), top]).await;
        let app = t.app.clone();
        actix_web::web::block(move || while tracewright::search::index_once(&app).unwrap() {}).await.unwrap();
        let page = ok(&site, &client, "/traces/own?observation=top").await.body;
        let links = Selector::parse("a[title='Traces that have the same']").unwrap();
        let links: Vec<String> =
            Html::parse_document(&page).select(&links).map(|link| link.attr("href").unwrap().to_owned()).collect();
        assert!(links.len() >= 12 && links.iter().any(|link| link.contains("key=object")), "{links:?}");
        for link in links {
            assert!(ok(&site, &client, &link).await.body.contains("href=\"/traces/own"), "{link} finds nothing");
        }
    }

    async fn what_nobody_sent_is_named_as_derived(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
        let failed = |id: &str, more: Vec<Value>| {
            json!({"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": id, "name": id, "startTimeUnixNano": "1795251600000000000",
            "endTimeUnixNano": "1795251601000000000", "status": {"code": 2, "message": "out of stock"}, "attributes": more,
            "events": [{"name": "exception", "attributes": [text("exception.type", "StockError")]}]})
        };
        let said = vec![text("langfuse.observation.metadata.exceptionType", "StockError")];
        let spans = json!([failed("b7ad6b7169203331", vec![]), failed("b7ad6b7169203332", said)]);
        otlp_json(&t, project, &json!({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})).await;
        for (id, is_derived) in [("b7ad6b7169203331", true), ("b7ad6b7169203332", false)] {
            let page = ok(&site, &client, &format!("/traces/0af7651916cd43dd8448eb211c80319c?observation={id}")).await.body;
            assert!(page.contains("exceptionType"), "{page}");
            assert_eq!(page.contains("is derived, not sent"), is_derived, "{id}: {page}");
        }
    }

    async fn a_score_says_who_gave_it(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let score = json!({"id": "sc", "traceId": "t", "name": "ok", "value": 1});
        batch(&t, project, &[span("t", "top", None, json!({})), event("e-sc", "score-create", 3, score)]).await;
        let page = ok(&site, &client, "/traces/t").await.body;
        assert!(page.contains("sent with a key of this project") && !page.contains(">system"), "{page}");
        let owner = owner(&t).await;
        let score = json!({"id": "by", "traceId": "t", "name": "hers", "value": 1});
        let sent = json!({"batch": [event("e-by", "score-create", 4, score)]}).to_string().into_bytes();
        let mut sender = Asker::system(project);
        sender.actor = owner.actor.clone();
        ingest_batch(&t.app, &Intake::unheard(), &sender, RequestBody::plain(sent)).await.unwrap();
        let page = ok(&site, &client, "/traces/t").await.body;
        // The head of every page names whoever looks at it, for what waits on their device.
        let (_, page) = page.split_once("</header>").unwrap();
        assert!(page.contains(&owner.actor.name) && !page.contains(&owner.actor.id), "{page}");
    }

    async fn the_answer_stays_in_the_list_when_the_trace_failed(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let failed = json!({"level": "ERROR", "statusMessage": "the tool timed out"});
        let own = json!({"id": "both", "name": "both", "output": "forty-eight valves"});
        batch(&t, project, &[event("e-both", "trace-create", 0, own), span("both", "top", None, failed.clone())]).await;
        batch(&t, project, &[span("mute", "top", None, failed)]).await;
        let list = ok(&site, &client, "/traces").await.body;
        let sides = Selector::parse(".preview.answer").unwrap();
        let sides: Vec<String> =
            Html::parse_document(&list).select(&sides).map(|side| side.text().collect::<Vec<_>>().join("")).collect();
        let said = |words: &str| sides.iter().filter(|side| side.contains(words)).count();
        assert_eq!((said("forty-eight valves"), said("failed"), said("the tool timed out")), (1, 1, 1), "{sides:?}");
    }

    async fn a_turn_says_what_the_trace_was_given_however_long_that_is(t: TestApp) {
        let (site, client, project) = reader(&t).await;
        let long = format!("What is on this picture? {}", "QUJD".repeat(100_000));
        let asked = json!([{"role": "user", "content": long}]);
        let own = json!({"id": "t", "sessionId": "s", "input": asked, "output": "a valve"});
        let top = json!({"input": "something else", "output": "another thing"});
        batch(&t, project, &[event("e-t", "trace-create", 1, own), span("t", "top", None, top)]).await;
        let page = ok(&site, &client, "/sessions/s").await.body;
        assert!(page.contains("What is on this picture?") && page.contains("a valve"), "{page}");
        assert!(!page.contains("something else") && page.len() < 100_000, "{}", page.len());
        let line: Value = serde_json::from_str(ok(&site, &client, "/sessions/s/raw").await.body.trim()).unwrap();
        assert_eq!((&line["input"], &line["output"]), (&asked, &json!("a valve")));
    }
}
