//! Both pages rendered with hostile text in every field: nothing a client sent becomes markup.

use actix_web::test::TestRequest;
use askama::Template as _;

use scraper::{Html, Selector};

use crate::audit::unknown_places::{self, UnknownPlace};
use crate::bodies::{CurrentBody, Gone, Why};
use crate::foundation::{Digest, Timestamp};
use crate::search::{Field, Hit, Snippet};
use crate::traces::reads::{ObservationRow, ScoreRow, SpanRow, TraceRow};
use crate::web::Shell;
use crate::web::format::Time;
use masking::Finding;
use trace_model::{BodyForm, JsonMap, TokenCounts};
use wire::sent::{Event, Link, Scope, Sent};

use super::about::About;
use super::aside::Aside;
use super::chosen::Details;
use super::filters::{Filters, Place};
use super::own::{Own, OwnShown};
use super::query::{TraceQuery, View};
use super::revisions::{PinnedView, RevisionView};
use super::rows::MOST_ROWS;
use super::show::Loaded;
use super::uses::{OrderChoice, TraceClaim, TraceLink};
use super::{list, show};

const EVIL: &str = "<script>alert(1)</script>\"'&<img src=x onerror=y>\0/é";

/// Ingest takes no NUL in an id.
const EVIL_ID: &str = "<script>alert(1)</script>\"'&<img src=x onerror=y>/../é";

fn shell() -> Shell {
    Shell::of(&TestRequest::default().to_http_request(), EVIL_ID, "traces")
}

fn evil() -> Option<String> {
    Some(EVIL.to_owned())
}

fn trace() -> TraceRow {
    TraceRow {
        trace_id: EVIL_ID.to_owned(),
        name: evil(),
        start_at: Timestamp(1_000_000),
        end_at: Timestamp(5_100_000),
        user_id: evil(),
        session_id: evil(),
        tenant: evil(),
        environment: evil(),
        release: evil(),
        version: evil(),
        tags: serde_json::to_string(&[EVIL]).unwrap(),
        models: EVIL.to_owned(),
        level: EVIL.to_owned(),
        observation_count: 2,
        error_count: 1,
        warning_count: 1,
        input_tokens: 30,
        output_tokens: 12,
        total_tokens: 42,
        cost_nanos: 12_100_000,
        root_observation_id: Some(EVIL_ID.to_owned()),
        first_arrival_at: Timestamp(2),
        last_arrival_at: Timestamp(3),
    }
}

fn span(id: &str, parent: Option<&str>) -> ObservationRow {
    ObservationRow {
        trace_id: EVIL_ID.to_owned(),
        observation_id: id.to_owned(),
        parent_id: parent.map(str::to_owned),
        kind: "GENERATION".to_owned(),
        name: evil(),
        start_at: Some(Timestamp(1_000_000)),
        end_at: Some(Timestamp(5_100_000)),
        first_token_at: Some(Timestamp(1_500_000)),
        level: "WARNING".to_owned(),
        status_message: evil(),
        model: evil(),
        provider: evil(),
        uncached_input: 20,
        cached_read: 10,
        cache_write: 0,
        output_tokens: 12,
        reasoning: 0,
        usage_convention: Some("inclusive".to_owned()),
        usage_known: 0b0_1011,
        cost_nanos: Some(1_000),
        environment: evil(),
        user_id: evil(),
        session_id: evil(),
        tenant: evil(),
        agent: evil(),
        persona: evil(),
        workflow: evil(),
        stage: evil(),
        version: evil(),
        counted: false,
        arrivals: 2,
        revision: vec![7; 32],
    }
}

fn score() -> ScoreRow {
    ScoreRow {
        score_id: EVIL.to_owned(),
        trace_id: evil(),
        observation_id: Some(EVIL_ID.to_owned()),
        session_id: evil(),
        name: EVIL.to_owned(),
        value: serde_json::to_string(EVIL).unwrap(),
        data_type: "TEXT".to_owned(),
        comment: evil(),
        environment: evil(),
        at: Timestamp(4),
        author: EVIL.to_owned(),
    }
}

fn link() -> TraceLink {
    TraceLink {
        order: "order".to_owned(),
        label: EVIL_ID.to_owned(),
        href: "/work-orders/WO-1?x=\"y\"".to_owned(),
    }
}

fn evil_map() -> JsonMap {
    JsonMap::from_iter([(EVIL.to_owned(), serde_json::json!({EVIL: [EVIL]})), ("k".to_owned(), EVIL.into())])
}

fn sent() -> Sent {
    let evil = || EVIL.to_owned();
    Sent {
        attributes: evil_map(),
        in_bodies: vec![evil()],
        resource: evil_map(),
        scope: Scope { name: evil(), version: evil(), attributes: evil_map() },
        events: vec![Event { name: evil(), time_ns: 1_500_000_000, attributes: evil_map() }],
        links: vec![Link {
            trace_id: evil(),
            span_id: evil(),
            trace_state: evil(),
            flags: 1,
            attributes: evil_map(),
        }],
        facts: evil_map(),
    }
}

fn about() -> About {
    let json = super::json::folded(EVIL.as_bytes(), BodyForm::JsonOrText, 20_000);
    let own = Own { title: "Input of the trace itself", bytes: "9".to_owned(), shown: OwnShown::Json(json) };
    About { metadata: evil_map(), sent: sent(), own: vec![own] }
}

fn details() -> Details {
    let conversation = serde_json::json!([
        {"role": EVIL, "name": EVIL, "content": [
            {"type": "text", "text": EVIL}, {"type": "thinking", "thinking": EVIL}, {"type": "image"}, {"other": EVIL},
            {"type": "tool_use", "id": EVIL, "name": EVIL, "input": {"a": EVIL}},
            {"type": "tool_result", "tool_use_id": EVIL, "content": EVIL},
        ]},
    ]);
    let body = |bytes: Vec<u8>| CurrentBody {
        digest: Digest::of(&bytes),
        bytes,
        form: BodyForm::JsonOrText,
        revision: Digest([7; 32]),
    };
    Details {
        bodies: vec![
            ("input", body(conversation.to_string().into_bytes())),
            ("output", body(EVIL.as_bytes().to_vec())),
            ("metadata", body(serde_json::json!({EVIL: EVIL}).to_string().into_bytes())),
        ],
        image: serde_json::json!({"parameters": {EVIL: EVIL}, "event_count": 3}).to_string().into_bytes(),
        price: evil(),
        scores: vec![score()],
        sent: sent(),
        gone: vec![("input", Gone { digest: Digest([3; 32]), len: 9, why: Why::Missing })],
        ..Details::default()
    }
}

fn row(id: &str, parent: Option<&str>) -> SpanRow {
    let span = span(id, parent);
    SpanRow {
        observation_id: span.observation_id,
        parent_id: span.parent_id,
        kind: span.kind,
        name: span.name,
        start_at: span.start_at,
        end_at: span.end_at,
        first_token_at: span.first_token_at,
        level: span.level,
        model: span.model,
    }
}

fn revision(number: usize) -> RevisionView {
    RevisionView {
        number,
        total: 2,
        digest: Digest([7; 32]),
        href: "/traces/t/revision".to_owned(),
        replaced: (number == 1).then(|| Time::new(Timestamp(5), Timestamp(9))),
        links: vec![link()],
    }
}

fn shown(spans: Vec<SpanRow>, query: TraceQuery) -> String {
    let aside = Aside {
        unknown: vec![UnknownPlace {
            trace_id: EVIL_ID.to_owned(),
            named: EVIL.replace('\0', ""),
            why: unknown_places::Why::NoPlace,
            at: Timestamp(7),
        }],
        scores: vec![score()],
        scores_total: 3,
        findings: vec![Finding {
            trace_id: "t".to_owned(),
            observation_id: "a".to_owned(),
            field: EVIL.replace('\0', ""),
            detector: "payment-card".to_owned(),
            count: 2,
        }],
        links: vec![link()],
        orders: vec![OrderChoice { number: "WO-1".to_owned(), title: EVIL.replace('\0', "") }],
        claims: vec![TraceClaim {
            place: "WO-1/3".to_owned(),
            statement: EVIL.replace('\0', ""),
            standing: "open".to_owned(),
            observation: EVIL_ID.to_owned(),
            href: "/claims/c".to_owned(),
        }],
        revisions: vec![revision(1), revision(2)],
        pinned: vec![PinnedView { name: EVIL.replace('\0', ""), revision: revision(1) }],
        may_link: true,
        may_state: true,
    };
    let chosen = spans.first().map(|row| span(&row.observation_id, None));
    let loaded = Loaded {
        trace: trace(),
        spans,
        counts: TokenCounts::default(),
        silent: 2,
        lacks_usage: false,
        chosen,
        aside,
        about: about(),
    };
    show::page(shell(), loaded, query, &details(), Timestamp(9)).render().unwrap()
}

fn count(html: &str, selector: &str) -> usize {
    Html::parse_document(html).select(&Selector::parse(selector).unwrap()).count()
}

fn assert_harmless(html: &str) {
    for bad in ["<script>alert", "<img", "\0"] {
        assert!(!html.contains(bad), "{bad:?} is on the page");
    }
    assert_eq!(count(html, "script"), 1);
    assert_eq!(count(html, "[style], [onclick], [onerror], img"), 0);
}

#[test]
fn nothing_a_client_sent_becomes_markup_on_the_trace_page() {
    let spans = vec![row(EVIL_ID, None), row("b", Some("gone"))];
    for view in [View::Messages, View::Json, View::Raw] {
        let html = shown(spans.clone(), TraceQuery { view, ..TraceQuery::default() });
        assert_harmless(&html);
        assert_eq!(count(&html, ".tree li"), 2);
        assert_eq!(count(&html, ".tree li[aria-current]"), 1);
        assert!(html.contains("its parent has not arrived"));
        assert!(count(&html, "[data-body=output][data-trace][data-observation]") >= 1);
        // For the whole trace, and for the observation alone.
        assert_eq!(count(&html, "form[action$='/link'] [name=number]"), 2);
        assert_eq!(count(&html, "form[action$='/claim'] [name=quote]"), 1);
    }
}

#[test]
fn the_exact_text_is_the_body_in_the_raw_view_and_below_the_messages() {
    for view in [View::Messages, View::Raw] {
        let html = shown(vec![row("a", None)], TraceQuery { view, ..TraceQuery::default() });
        let page = Html::parse_document(&html);
        let exact = Selector::parse("pre.body[data-body=output]").unwrap();
        let text: String = page.select(&exact).next().unwrap().text().collect();
        assert_eq!(text, EVIL.replace('\0', "\u{fffd}"));
    }
}

#[test]
fn long_trees_are_cut_and_lead_on() {
    let spans: Vec<SpanRow> = (0..1_000).map(|n| row(&n.to_string(), None)).collect();
    let html = shown(spans.clone(), TraceQuery::default());
    assert!(count(&html, ".tree li[data-span]") <= MOST_ROWS, "{}", count(&html, ".tree li"));
    assert_eq!(count(&html, ".tree li.more a[data-next]"), 1);
    assert!(html.contains("from=200%3A") && html.contains("1\u{202f}000"));
    let far = shown(spans, TraceQuery::default().window("", 800));
    assert!(far.contains("data-span=\"999\"") && !far.contains("data-span=\"2\""));
}

#[test]
fn the_parts_for_scripts_are_the_same_rows_and_the_same_panel() {
    let spans = vec![row("a", None), row("b", Some("a")), row("c", Some("b"))];
    let whole = shown(spans.clone(), TraceQuery::default());
    let rows = show::rows_html("t", &spans, &TraceQuery::default(), "a", 0).unwrap();
    assert_eq!(count(&rows, "li[data-span]"), 2);
    assert!(!rows.contains("<html"));
    assert_eq!(count(&whole, ".tree li[data-span]"), 3);
    assert!(show::rows_html("t", &spans, &TraceQuery::default(), "no", 0).is_none());
}

#[test]
fn a_trace_may_have_no_observation_at_all() {
    let loaded = Loaded {
        trace: trace(),
        spans: Vec::new(),
        counts: TokenCounts::default(),
        silent: 0,
        lacks_usage: true,
        chosen: None,
        aside: Aside::default(),
        about: About::default(),
    };
    let page = show::page(shell(), loaded, TraceQuery::default(), &Details::default(), Timestamp(9));
    let html = page.render().unwrap();
    assert!(html.contains("No spans"));
}

#[test]
fn the_list_shows_rows_filters_and_what_to_do_when_empty() {
    let query =
        serde_urlencoded::to_string([("q", EVIL.replace('\0', "")), ("tag", "x".to_owned())]).unwrap();
    let (filters, _) = Filters::read(&query).unwrap();
    let render = |filters: Filters, rows: Vec<Hit>, next: Option<Place>| {
        let links = rows.iter().map(|hit| (hit.trace.trace_id.clone(), vec![link()])).collect();
        let loaded = list::Loaded { rows, links, next, ..list::Loaded::default() };
        list::page(shell(), filters, loaded, EVIL.to_owned(), Timestamp(9)).render().unwrap()
    };
    let snippet =
        Snippet { field: Field::Input, parts: vec![(EVIL.replace('\0', ""), true), (EVIL_ID.into(), false)] };
    let hit = Hit { trace: trace(), observation_id: EVIL_ID.to_owned(), snippet: Some(snippet) };
    let full = render(filters.clone(), vec![hit], Some(Place::Skip(50)));
    assert_eq!(count(&full, "p.snippet mark"), 1);
    assert!(!full.contains("<script>alert") && !full.contains("<img"));
    assert_eq!((count(&full, "tbody tr"), count(&full, "a[rel=next]")), (1, 1));
    assert!(render(filters, Vec::new(), None).contains("No trace fits these filters"));
    assert!(render(Filters::default(), Vec::new(), None).contains("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"));
}
