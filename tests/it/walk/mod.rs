//! Every route walked by every role over every kind of object: one's own orders, those given to one, one's unit's,
//! somebody else's and another project's. Whatever touches an order asks the same as the order's page, and nothing of
//! another project is read or changed. The matrix is written to `target/tmp/access-matrix-*.txt` and printed.

mod stage;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use actix_web::http::{Method, StatusCode};
use serde_json::{Value, json};
use tracewright::foundation::{Action, Role, permission};
use tracewright::router;
use tracewright::web::RouteSpec;

use crate::harness::http::{Answer, Site, site};
use crate::harness::{TestApp, on_both};

use stage::{Foreign, Object, Tie, Walker};

on_both! {
    async fn no_route_shows_or_changes_what_the_orders_page_hides(t: TestApp) {
        let stage = stage::set(&t).await;
        let site = site(&t).await;
        let mut matrix = Matrix::default();
        let table = router::table();
        for spec in table.specs() {
            for walker in &stage.walkers {
                for object in &walker.objects {
                    matrix.over_object(&t, &site, spec, walker, object).await;
                }
                matrix.over_foreign(&t, &site, spec, walker, &stage.foreign).await;
                matrix.over_lists(&site, spec, walker, &stage.foreign).await;
            }
        }
        let database = if t.database_url().starts_with("postgres") { "postgres" } else { "sqlite" };
        let text = matrix.text();
        let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("access-matrix-{database}.txt"));
        std::fs::write(place, &text).unwrap();
        println!("{text}");
        assert!(matrix.cells > 1_500, "{} cells walked", matrix.cells);
        assert!(matrix.holes.is_empty(), "{} holes\n{}", matrix.holes.len(), matrix.holes.join("\n"));
    }
}

/// What was seen, by route, role and tie; and what should not have been.
#[derive(Default)]
struct Matrix {
    rows: BTreeMap<String, BTreeMap<String, char>>,
    holes: Vec<String>,
    cells: usize,
}

impl Matrix {
    /// Reads everything; writes only to what is hidden, so that nothing seen changes under the walk.
    async fn over_object(
        &mut self,
        t: &TestApp,
        site: &Site,
        spec: &RouteSpec,
        walker: &Walker,
        object: &Object,
    ) {
        let Some(path) = address(spec.path, object) else { return };
        let grant = permission::may(&[walker.role], Action::ViewOrders);
        let is_trace = spec.path.starts_with("/traces/") || is_keys(spec);
        let seen = if is_trace { object.tie != Tie::Foreign } else { object.tie.is_seen(grant) };
        let writes_to_order = spec.method != Method::GET;
        // A key that may erase may erase any trace of its project; that is its scope, and no order's.
        let is_keys = is_keys(spec);
        // What is given to a person who answers for an agent is the agent's to take on: it reaches that before it sees it.
        if writes_to_order && walker.role == Role::Agent && object.tie == Tie::Unit && is_lease(spec) {
            return;
        }
        if writes_to_order && (object.tie.is_seen(grant) || (is_keys && object.tie != Tie::Foreign)) {
            return;
        }
        // Reading the log is dear, and a page that is read writes nothing.
        let before = if writes_to_order { events_of(t, object).await } else { 0 };
        let answer = send(site, spec, walker, &path, object).await;
        let what = format!("{} {} by {} on {:?}", spec.method, spec.path, walker.role.as_str(), object.tie);
        let let_in = answer.status.as_u16() < 400 && !answer.location().starts_with("/sign-in");
        let names_it = answer.body.contains(&object.marker) && !(is_trace && seen);
        let mut hole = answer.status.as_u16() >= 500;
        if !object.tie.is_seen(grant) {
            // The API answers that what is not there is gone; that nothing changed is asked below.
            hole |= names_it || (let_in && !(is_keys && writes_to_order) && (!seen || writes_to_order));
            hole |= tells_of_the_order(&answer, object);
            hole |= !is_trace && answer.status != self.of_none(site, spec, walker, object).await;
        }
        hole |= writes_to_order && events_of(t, object).await != before;
        self.note(spec, walker.role, &format!("{:?}", object.tie), let_in, hole, &what, &answer);
    }

    /// What is answered about an object of this kind that is not there: what is hidden looks the same.
    async fn of_none(&self, site: &Site, spec: &RouteSpec, walker: &Walker, object: &Object) -> StatusCode {
        let none = || "01900000-0000-7000-8000-000000000000".to_owned();
        let none = Object {
            number: "WO-1999-001".to_owned(),
            claim: none(),
            stated: none(),
            link: none(),
            exception: none(),
            ..object.clone()
        };
        let path = address(spec.path, &none).unwrap_or_default();
        send(site, spec, walker, &path, &none).await.status
    }

    /// People, keys and the like of another project.
    async fn over_foreign(
        &mut self,
        t: &TestApp,
        site: &Site,
        spec: &RouteSpec,
        walker: &Walker,
        foreign: &Foreign,
    ) {
        let path = spec.path.replace("{account}", &foreign.account).replace("{key}", &foreign.key);
        let path = path.replace("{code}", &foreign.asset).replace("{meter}", "none");
        if path == spec.path || path.contains('{') {
            return;
        }
        let before = all_events(t).await;
        let answer = if path.starts_with("/api/v1/") && spec.method != Method::GET {
            let body = br#"{"value":"1"}"#.to_vec();
            walker.client.send_body(site, spec.method.clone(), &path, "application/json", body).await
        } else {
            let form = (spec.method == Method::POST).then_some("role=viewer");
            walker.client.send(site, spec.method.clone(), &path, form).await
        };
        let let_in = answer.status.as_u16() < 400;
        let hole = let_in || answer.status.as_u16() >= 500 || all_events(t).await != before;
        let what = format!("{} {} by {} on another project's", spec.method, spec.path, walker.role.as_str());
        self.note(spec, walker.role, "Foreign", let_in, hole, &what, &answer);
    }

    /// Lists name nothing that is hidden, whatever they are asked to show.
    async fn over_lists(&mut self, site: &Site, spec: &RouteSpec, walker: &Walker, foreign: &Foreign) {
        if spec.method != Method::GET || spec.path.contains('{') {
            return;
        }
        let grant = permission::may(&[walker.role], Action::ViewOrders);
        // What is given to a person who answers for an agent is listed for it to take on.
        let is_theirs = |it: &Object| is_lease(spec) && walker.role == Role::Agent && it.tie == Tie::Unit;
        let hidden: Vec<&Object> =
            walker.objects.iter().filter(|it| !it.tie.is_seen(grant) && !is_theirs(it)).collect();
        for query in
            ["", "?standing=any&state=any&q=Veiled", "?scope=installation", "?after=0", "?linked=yes"]
        {
            let answer = walker.client.get(site, &format!("{}{query}", spec.path)).await;
            let names = |it: &&&Object| {
                let is_traces = spec.path.contains("traces") || spec.path.contains("search") || is_keys(spec);
                let words = answer.body.contains(&it.marker) && !(is_traces && it.tie != Tie::Foreign);
                words || tells_of_the_order(&answer, it)
            };
            let named = hidden.iter().find(names);
            let hole =
                named.is_some() || answer.body.contains(&foreign.email) || answer.status.as_u16() >= 500;
            let what = format!(
                "GET {}{query} by {} names {:?}",
                spec.path,
                walker.role.as_str(),
                named.map(|it| it.tie)
            );
            self.note(spec, walker.role, "list", answer.status.as_u16() < 300, hole, &what, &answer);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one cell with everything that is printed of it")]
    fn note(
        &mut self,
        spec: &RouteSpec,
        role: Role,
        tie: &str,
        let_in: bool,
        hole: bool,
        what: &str,
        answer: &Answer,
    ) {
        self.cells += 1;
        let sign = if hole {
            '!'
        } else if let_in {
            'o'
        } else {
            '-'
        };
        let row = self.rows.entry(format!("{:<6} {}", spec.method, spec.path)).or_default();
        let cell = row.entry(format!("{}/{tie}", role.as_str())).or_insert(sign);
        if hole {
            *cell = '!';
            self.holes.push(format!("{what}: {} {}", answer.status, answer.location()));
        }
    }

    /// A line a route; `o` let in, `-` refused, `!` a hole, a blank where there is no such object.
    fn text(&self) -> String {
        let ties = ["Own", "Assigned", "Unit", "Others", "Foreign", "list"];
        let mut text = format!("{:<52}", "route; own, assigned, unit, other's, foreign, list");
        for role in Role::ALL {
            let _ = write!(text, " {:<10}", role.as_str());
        }
        text.push('\n');
        for (route, row) in &self.rows {
            let _ = write!(text, "{route:<52}");
            for role in Role::ALL {
                let cells =
                    ties.map(|tie| row.get(&format!("{}/{tie}", role.as_str())).copied().unwrap_or(' '));
                let _ = write!(text, " {:<10}", cells.iter().collect::<String>());
            }
            text.push('\n');
        }
        let _ = writeln!(text, "{} cells, {} holes", self.cells, self.holes.len());
        text
    }
}

/// The API for keys alone, where every trace of the project is theirs; the documented API shows what pages show.
fn is_keys(spec: &RouteSpec) -> bool {
    spec.path.contains("/api/") && !spec.path.contains("/api/v1/")
}

/// Whether a route is about an agent's lease of an order, or lists what it may take on.
fn is_lease(spec: &RouteSpec) -> bool {
    spec.path.starts_with("/api/v1/") && spec.path.split('/').any(|part| part == "lease" || part == "ready")
}

/// Sends what would be taken where it is allowed: JSON to the documented API, a form elsewhere.
async fn send(site: &Site, spec: &RouteSpec, walker: &Walker, path: &str, object: &Object) -> Answer {
    let method = spec.method.clone();
    if path.starts_with("/api/v1/") && method != Method::GET {
        let body = body(spec, object).to_string().into_bytes();
        return walker.client.send_body(site, method, path, "application/json", body).await;
    }
    let form = (method == Method::POST).then(|| form(spec.path, object));
    walker.client.send(site, method, path, form.as_deref()).await
}

/// A body that would be taken where it is allowed.
fn body(spec: &RouteSpec, object: &Object) -> Value {
    let target = object.target.as_str();
    let quote = json!({ "trace": object.trace, "observation": format!("span-{}", object.trace), "field": "output", "exact": "was done" });
    match spec.path.rsplit('/').next().unwrap_or_default() {
        "plan" if spec.method == Method::PUT => {
            json!({ "plan": { "title": "t", "document": [] }, "expected_version": 1 })
        }
        "plan" => json!({ "title": "t", "expected_version": 1 }),
        "transitions" => json!({ "to": "submitted" }),
        "assignee" => json!({ "account": null }),
        "ticks" => json!({ "target": target }),
        "undo" => json!({ "target": target, "reason": "a good reason" }),
        "answers" => json!({ "item": target, "answer": "fail", "note": "a good note" }),
        "skips" => json!({ "item": target, "reason": "a good reason" }),
        "marks" => json!({ "step": "1", "state": "failed", "reason": "a good reason" }),
        "safety" => json!({ "version": 1 }),
        "log" => json!({ "title": "Said", "lines": ["x"] }),
        "comments" => json!({ "text": "said" }),
        "time" => json!({ "minutes": 5, "day": "2026-11-21" }),
        "parts" => json!({ "name": "seal", "quantity": "1" }),
        "relations" => json!({ "kind": "blocks", "number": object.number }),
        "follow-ups" => json!({ "about": "1", "title": "more" }),
        "evidence" => json!({ "trace": object.trace, "target": target }),
        "statements" => json!({ "target": target, "statement": "stated anew", "quote": quote }),
        "release" => json!({ "reason": "a good reason" }),
        "questions" => json!({ "text": "which one?" }),
        "answer" => json!({ "answer": "that one" }),
        "decisions" => json!({ "title": "t", "decision": "d", "reasons": "r" }),
        _ => json!({}),
    }
}

/// A number in a link to an order, or of a claim or exception of it: more than a trace may tell.
fn tells_of_the_order(answer: &Answer, object: &Object) -> bool {
    let addresses = [
        format!("/work-orders/{}", object.number),
        format!("/claims/{}", object.claim),
        format!("/claims/{}", object.stated),
    ];
    // The form that was sent back, or the address of a redirect, names what was asked for and nothing more.
    answer.status.as_u16() < 300 && addresses.iter().any(|address| answer.body.contains(address.as_str()))
}

/// The address of a route at an object; none where it is about something else.
fn address(pattern: &str, object: &Object) -> Option<String> {
    // What names nothing is a list, and is walked as one.
    if !pattern.contains('{') {
        return None;
    }
    let id = match pattern.split('/').nth(1)? {
        "claims" if pattern.ends_with("/weigh") || pattern.ends_with("/withdraw") => &object.stated,
        "claims" => &object.claim,
        "links" => &object.link,
        "exceptions" => &object.exception,
        "traces" => &object.trace,
        "api" if pattern.contains("/traces/") => &object.trace,
        _ if pattern.contains("{number}") => &object.number,
        _ => return None,
    };
    let path = pattern.replace("{number}", id).replace("{id}", id).replace("{to}", "submitted");
    let path = path.replace("{a}", id).replace("{b}", id).replace("{question}", "none");
    (!path.contains('{')).then_some(path)
}

/// A form that would be taken where it is allowed.
fn form(pattern: &str, object: &Object) -> String {
    let target = object.target.replace(':', "%3A");
    let (trace, number) = (&object.trace, &object.number);
    let last = pattern.rsplit('/').next().unwrap_or_default();
    match last {
        "transition" => "to=submitted&version=".to_owned(),
        "assign" => "account=".to_owned(),
        "comment" => "text=said".to_owned(),
        "log" => "title=Said&lines=x".to_owned(),
        "acknowledge" => "version=1".to_owned(),
        "materiality" => format!("target={target}&weight=4"),
        "mark" => "step=1&state=failed&reason=a+good+reason".to_owned(),
        "verdict" => "outcome=not_enough_information&reason=no_evidence_linked&comment=".to_owned(),
        "weigh" => "weight=2".to_owned(),
        "resolve" => "how=harmless&comment=it+is+fine".to_owned(),
        "claim" => format!(
            "order={number}&target={target}&statement=stated+anew&observation=span-{trace}&field=output&quote=was+done"
        ),
        "erase" => "reason=a+good+reason&confirm=yes".to_owned(),
        "link" => format!("order={number}&number={number}&trace={trace}&target={target}"),
        _ => format!("target={target}&reason=a+good+reason&note=a+good+note"),
    }
}

/// How many events there are about an order.
async fn events_of(t: &TestApp, object: &Object) -> usize {
    let order = object.order.clone();
    all(t).await.into_iter().filter(|(stream, _)| *stream == order).count()
}

async fn all_events(t: &TestApp) -> usize {
    all(t).await.len()
}

async fn all(t: &TestApp) -> Vec<(String, String)> {
    let events =
        t.app.db.read(|conn| tracewright::ledger::events::read_from(conn, 0, 100_000)).await.unwrap();
    events.into_iter().map(|event| (event.stream_id, event.kind)).collect()
}
