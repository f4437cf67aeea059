//! The pages of one agent, persona, tenant and workflow: their figures against those of the first page, orders, failures, and who sees
//! what; what the project requires of calls; what models cost on the first page of all.

use actix_web::http::StatusCode;
use serde_json::json;
use tracewright::audit::actions::{NewLink, link};
use tracewright::db::AnyConnection;
use tracewright::foundation::{Asker, Role};
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_otlp};
use tracewright::order_settings::identity::reads::required;
use wire::otlp::Encoding;

use super::pages::{links, listed, page};
use super::sums::other_project;
use super::{CALLS, MINUTE, START, send, sum_up};
use crate::guards::stage::{hire, other};
use crate::harness::http::{Client, site};
use crate::harness::{TestApp, on_both, orders};
use crate::people::owner;
use crate::people::pages::cookie;

const FILE: &str = include_str!("../work_orders/order.md");

/// A call with a tool below it that failed.
async fn send_tool(t: &TestApp, boss: &Asker) {
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let start = (START.0 - 20 * MINUTE) * 1_000;
    let span = |id: u64, name: &str, attributes: Vec<serde_json::Value>| {
        json!({
            "traceId": format!("{:032x}", 77), "spanId": format!("{id:016x}"), "name": name,
            "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + 1_000_000_000).to_string(),
            "attributes": attributes,
        })
    };
    let call = span(77, "plan", vec![text("gen_ai.operation.name", "chat"), text("agent.id", "planner")]);
    let mut tool = span(
        78,
        "stock_lookup",
        vec![
            text("langfuse.observation.type", "tool"),
            text("langfuse.observation.input", "Is a seal 40 x 62 on the shelf?"),
        ],
    );
    tool["parentSpanId"] = json!(format!("{:016x}", 77));
    tool["status"] = json!({"code": 2, "message": "timed out after 30 s"});
    let body = json!({"resourceSpans": [{
        "resource": {"attributes": [text("service.name", "shift-planner")]},
        "scopeSpans": [{"scope": {"name": "plant"}, "spans": [call, tool]}],
    }]});
    let sent = RequestBody::plain(body.to_string().into_bytes());
    let rejected =
        ingest_otlp(&t.app, &Intake::unheard(), &Asker::system(boss.project), sent, Encoding::Json).await;
    assert_eq!(rejected.unwrap().count, 0);
}

/// Figures on top of a page, by their labels.
fn figures(page: &str) -> Vec<(String, String)> {
    let between = |text: &str, begin: &str, end: &str| -> String {
        text.split_once(begin)
            .and_then(|(_, rest)| rest.split_once(end))
            .map_or("", |(found, _)| found)
            .to_owned()
    };
    page.split("<span class=\"label\">")
        .skip(1)
        .map(|rest| (rest.split("</span>").next().unwrap().to_owned(), between(rest, "<b>", "</b>")))
        .collect()
}

fn figure(page: &str, label: &str) -> String {
    figures(page).into_iter().find(|(found, _)| found == label).unwrap_or_else(|| panic!("{label}: {page}")).1
}

on_both! {
    async fn figures_are_those_of_the_first_page_with_the_same_filter(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        for is_summed in [false, true] {
            if is_summed {
                sum_up(&t).await;
            }
            for (own, first) in [
                ("/fleet/agent?name=desk&range=24h", "/fleet?agent=desk&range=24h"),
                ("/fleet/agent?name=clerk&range=24h", "/fleet?agent=clerk&range=24h"),
                ("/fleet/agent?name=%28none%29&range=24h", "/fleet?agent=%28none%29&range=24h"),
                ("/fleet/tenant?name=north&range=24h", "/fleet?tenant=north&range=24h"),
                ("/fleet/tenant?name=north&agent=desk", "/fleet?tenant=north&agent=desk"),
                ("/fleet/persona?name=%28none%29", "/fleet?persona=%28none%29"),
                ("/fleet/workflow?name=%28none%29", "/fleet?workflow=%28none%29"),
            ] {
                let (one, all) = (page(&client, &s, own).await, page(&client, &s, first).await);
                for (label, first_label) in [
                    ("Calls", "Calls"),
                    ("Cost", "Spend"),
                    ("Slowest 5\u{a0}% take over", "Slowest 5\u{a0}% take over"),
                    ("Errors", "Errors"),
                ] {
                    assert_eq!(figure(&one, label), figure(&all, first_label), "{own} {label}, summed: {is_summed}");
                }
            }
        }
        let desk = page(&client, &s, "/fleet/agent?name=desk&range=24h").await;
        let told = [("Calls", "4"), ("Tokens", "234"), ("Half are done in", "2.0 s"), ("Errors", "25\u{a0}%")];
        for (label, value) in told {
            assert_eq!(figure(&desk, label), value, "{label}");
        }
    }

    async fn every_figure_of_such_a_page_leads_to_its_traces(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let first = page(&client, &s, "/fleet?range=24h").await;
        assert!(links(&first, "/fleet/agent?").contains(&"/fleet/agent?name=desk&#38;range=24h"), "{first}");
        for (path, calls) in [
            ("/fleet/agent?name=desk&range=24h", vec![1, 2, 5, 8]),
            ("/fleet/agent?name=clerk&range=24h", vec![3]),
            ("/fleet/tenant?name=south", vec![5]),
        ] {
            let own = page(&client, &s, path).await;
            let lists = links(&own, "/traces?");
            assert!(lists.len() > 8, "{path}: {lists:?}");
            let of_calls = lists.iter().find(|href| href.contains("llm=1")).unwrap().replace("&#38;", "&");
            assert_eq!(listed(&client, &s, &of_calls).await, calls, "{path}: {of_calls}");
            for href in lists {
                page(&client, &s, &href.replace("&#38;", "&")).await;
            }
            for href in links(&own, "/fleet/") {
                page(&client, &s, &href.replace("&#38;", "&")).await;
            }
        }
        let desk = page(&client, &s, "/fleet/agent?name=desk&range=24h").await;
        for words in ["north", "south", "It worked on no order yet", "3 calls belong to no session", "acme-own-7", "no answer"] {
            assert!(desk.contains(words), "{words}: {desk}");
        }
    }

    async fn orders_of_its_traces_are_shown_with_their_trust_to_whoever_may_see_them(t: TestApp) {
        let boss = owner(&t).await;
        send(&t, boss.project, &CALLS).await;
        let tech = other(&boss, "tech", &[Role::Technician]);
        let order = orders::begun(&t, &boss, &tech, FILE).await;
        let of_desk = NewLink {
            order_id: order.id.clone(),
            target: None,
            trace_id: format!("{:032x}", 1),
            observation_id: None,
        };
        link(&t.app, &boss, of_desk).await.unwrap();
        hire(&t, &boss, "tom", &[Role::Technician]).await;
        let s = site(&t).await;
        let own = Client::browser(Some(&cookie(&t, "owner@example.com").await));
        let desk = page(&own, &s, "/fleet/agent?name=desk").await;
        assert!(desk.contains("/work-orders/WO-2026-014") && desk.contains("In progress"), "{desk}");
        assert!(desk.contains("/trust/work-orders/WO-2026-014"), "{desk}");
        let north = page(&own, &s, "/fleet/tenant?name=north").await;
        assert!(north.contains("/work-orders/WO-2026-014"), "{north}");
        for path in ["/fleet/agent?name=clerk", "/fleet/tenant?name=south", "/fleet/agent?name=desk&tenant=south"] {
            let other = page(&own, &s, path).await;
            assert!(other.contains("It worked on no order yet") && !other.contains("WO-2026-014"), "{path}: {other}");
        }
        let tom = Client::browser(Some(&cookie(&t, "tom@example.com").await));
        let hidden = page(&tom, &s, "/fleet/agent?name=desk").await;
        assert!(hidden.contains("It worked on no order yet") && !hidden.contains("WO-2026-014"), "{hidden}");
    }

    async fn a_tool_that_fails_stands_there_with_what_it_was_asked(t: TestApp) {
        let boss = owner(&t).await;
        send_tool(&t, &boss).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let planner = page(&client, &s, "/fleet/agent?name=planner").await;
        for words in [
            "The tool stock_lookup failed in 1 of 1 uses",
            "stock_lookup: timed out after 30 s",
            "Is a seal 40 x 62 on the shelf?",
            "100\u{a0}% of 1",
        ] {
            assert!(planner.contains(words), "{words}: {planner}");
        }
        let failed = planner.split("id=\"failed-title\"").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(failed.contains(">The 1 use of a tool</a>"), "the count is of what the list shows: {failed}");
        let href = links(failed, "/traces?").remove(0).replace("&#38;", "&");
        let list = page(&client, &s, &href).await;
        assert!(list.contains(&format!("/traces/{:032x}", 77)), "{href}: {list}");
        let identity = page(&client, &s, "/fleet/identity").await;
        assert!(identity.contains("shift-planner") && identity.contains("plan</a>"), "{identity}");
    }

    async fn names_of_another_project_are_not_found(t: TestApp) {
        owner(&t).await;
        send(&t, other_project(&t).await, &CALLS).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        for kind in ["agent", "persona", "tenant", "workflow"] {
            let empty = page(&client, &s, &format!("/fleet/{kind}?name=desk")).await;
            assert!(empty.contains("No call of a model in this time"), "{kind}: {empty}");
            let nameless = client.get(&s, &format!("/fleet/{kind}")).await;
            assert_eq!(nameless.status, StatusCode::NOT_FOUND, "{kind}");
            let nobody = Client::browser(None).get(&s, &format!("/fleet/{kind}?name=desk")).await;
            assert!(nobody.location().starts_with("/sign-in"), "{kind}: {}", nobody.status);
        }
    }

    async fn a_supervisor_says_what_calls_must_name(t: TestApp) {
        let boss = owner(&t).await;
        hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        hire(&t, &boss, "vera", &[Role::Viewer]).await;
        let s = site(&t).await;
        let sam = Client::browser(Some(&cookie(&t, "sam@example.com").await));
        let vera = Client::browser(Some(&cookie(&t, "vera@example.com").await));
        let shown = page(&vera, &s, "/fleet/identity").await;
        assert!(shown.contains("Required now: <b>none</b>") && !shown.contains("/fleet/identity/required"), "{shown}");
        let address = "/fleet/identity/required";
        assert_eq!(vera.post(&s, address, "require=agent&reason=so").await.status, StatusCode::FORBIDDEN);
        let silent = sam.post(&s, address, "require=tenant&require=session&reason=+").await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(silent.body.contains("value=\"tenant\" checked") && silent.body.contains("Say why"), "{}", silent.body);
        let set = sam.post(&s, address, "require=tenant&require=agent&reason=Tenants+are+billed").await;
        assert_eq!(set.status, StatusCode::SEE_OTHER);
        let now = page(&vera, &s, "/fleet/identity").await;
        assert!(now.contains("Required now: <b>agent and tenant</b>") && now.contains("Tenants are billed"), "{now}");
        let project = boss.project;
        let read = move |conn: &mut AnyConnection| required(conn, project);
        assert_eq!(t.app.db.read(read).await.unwrap().len(), 2);
    }

    async fn the_first_page_says_what_was_spent_to_whoever_sees_figures(t: TestApp) {
        let boss = owner(&t).await;
        for (name, role) in [("sam", Role::Supervisor), ("tom", Role::Technician)] {
            hire(&t, &boss, name, &[role]).await;
        }
        let s = site(&t).await;
        let sam = Client::browser(Some(&cookie(&t, "sam@example.com").await));
        assert!(!page(&sam, &s, "/").await.contains("Spent today"), "nothing came yet");
        send(&t, boss.project, &CALLS).await;
        let home = page(&sam, &s, "/").await;
        for label in ["Spent today", "Spent in 7 days"] {
            assert_eq!(figure(&home, label), "$1.86", "{label}");
        }
        let today = "/traces?from=2026-11-21&sort=cost&to=2026-11-21";
        assert_eq!(listed(&sam, &s, today).await.len(), 7);
        assert!(links(&home, "/traces?").iter().any(|href| href.replace("&#38;", "&") == today), "{home}");
        let tom = Client::browser(Some(&cookie(&t, "tom@example.com").await));
        assert!(!page(&tom, &s, "/").await.contains("Spent today"));
    }
}
