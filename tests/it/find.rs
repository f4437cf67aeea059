//! Finding on both databases: what is called so comes first, what is hidden is not found, and no question breaks it.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use serde_json::json;
use tracewright::assets::actions::create::{NewAsset, create as create_asset};
use tracewright::assets::model::Facts;
use tracewright::audit::reads::{ClaimRow, judged_claims};
use tracewright::db::Tx;
use tracewright::db::schema::claims;
use tracewright::foundation::{Action, Actor, Asker, Grant, ProjectKey, Role, permission};
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::maintenance::procedures::actions::create as create_procedure;
use tracewright::people::model::{ProjectId, ProjectName};
use tracewright::search;
use tracewright::traces::receipts;
use tracewright::work_orders::actions::create::create;
use tracewright::work_orders::model::Plan;
use tracewright::work_orders::reads::find_id;

use crate::guards::stage::{FILE, do_tick, hire, owner, running, take};
use crate::harness::http::{Client, Site, site};
use crate::harness::{TestApp, on_both};
use crate::people::pages::cookie;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PROCEDURE: &str = "# Round of the veiled press\n\n## Step 1: Look\n\n- [ ] It is shut\n";

async fn browser(t: &TestApp, name: &str) -> Client {
    Client::browser(Some(&cookie(t, &format!("{name}@example.com")).await))
}

async fn find(s: &Site, who: &Client, words: &str) -> String {
    let query = serde_urlencoded::to_string([("q", words)]).unwrap();
    let answer = who.get(s, &format!("/search?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{words:?}: {}", answer.body);
    answer.body
}

/// The addresses under one heading.
fn under(page: &str, group: &str) -> Vec<String> {
    let Some(section) = page.split(&format!("aria-labelledby=\"found-{group}\"")).nth(1) else {
        return Vec::new();
    };
    let list = section.split("<ul class=\"found\">").nth(1).unwrap().split("</ul>").next().unwrap();
    let links = list.split("href=\"").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&")).collect()
}

fn facts(name: &str) -> Facts {
    Facts { name: name.to_owned(), ..Facts::default() }
}

fn asset(code: &str, name: &str) -> NewAsset {
    NewAsset { code: code.to_owned(), facts: facts(name), parent: String::new() }
}

async fn send(t: &TestApp, by: &Asker) {
    let body = json!({ "id": TRACE, "name": "veiled call", "input": "the veiled gauge was read" });
    let event =
        json!({ "id": "e1", "type": "trace-create", "timestamp": "2026-11-21T09:00:00Z", "body": body });
    let sent = RequestBody::plain(json!({ "batch": [event] }).to_string().into_bytes());
    ingest_batch(&t.app, &t.services.intake.clone(), &Asker::system(by.project), sent).await.unwrap();
}

/// What was sent is found.
async fn indexed(t: &TestApp) {
    while receipts::receive_once(&t.app).await.unwrap() > 0 {}
    let app = t.app.clone();
    let index = move || {
        while search::index_once(&app).unwrap() {}
        search::index_once(&app).unwrap()
    };
    actix_web::web::block(index).await.unwrap();
}

/// An order of Dana's with a claim, a procedure, an asset, a trace, each with the word `veiled` in it; and what another project has.
async fn filled(t: &TestApp) -> (Asker, String) {
    let boss = owner(t).await;
    let dana = hire(t, &boss, "dana", &[Role::Technician]).await;
    let file = FILE
        .replace("Trace the calls of the parts desk", "Veiled work")
        .replace("Wrap the client", "Wrap the veiled client");
    take(t, &boss, &file.replace("WO-2026-100", "WO-2026-077")).await;
    let id = running(t, &boss, &dana).await;
    do_tick(t, &dana, &id, "1.1").await;
    create_asset(&t.app, &boss, asset("PUMP-01", "Veiled pump")).await.unwrap();
    create_procedure::create(&t.app, &boss, String::new(), PROCEDURE).await.unwrap();
    send(t, &boss).await;
    let operator = Asker::operator(ProjectKey(0));
    let (key, name) =
        (ProjectId::parse("id", "south").unwrap(), ProjectName::parse("name", "South").unwrap());
    let south = t.people.create_project(&operator, key, name).await.unwrap().key;
    create_asset(&t.app, &Asker::operator(south), asset("MILL-7", "Veiled mill")).await.unwrap();
    create(
        &t.app,
        &Asker::operator(south),
        Plan { title: "Veiled elsewhere".to_owned(), ..Plan::default() },
        None,
    )
    .await
    .unwrap();
    let (project, order) = (boss.project, id.clone());
    let claims = t.app.db.read(move |conn| judged_claims(conn, project, &order)).await.unwrap();
    let claim = claims.into_iter().find(|it| it.claim.place == "1.1").unwrap().claim.claim_id;
    (boss, claim)
}

on_both! {
    async fn a_number_a_code_and_an_id_stand_on_top(t: TestApp) {
        let (_, claim) = filled(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        let (of_trace, of_claim) = (format!("/traces/{TRACE}"), format!("/claims/{claim}"));
        for (typed, href) in [
            ("WO-2026-100", "/work-orders/WO-2026-100"),
            ("wo-2026-77", "/work-orders/WO-2026-077"),
            ("2026-077", "/work-orders/WO-2026-077"),
            ("077", "/work-orders/WO-2026-077"),
            ("100", "/work-orders/WO-2026-100"),
            ("pump-01", "/assets/PUMP-01"),
            ("pr-001", "/procedures/PR-001"),
            (TRACE, of_trace.as_str()),
            (&TRACE[..8], of_trace.as_str()),
            (claim.as_str(), of_claim.as_str()),
        ] {
            let page = find(&s, &boss, typed).await;
            assert_eq!(under(&page, "exact"), [href], "{typed}");
            assert!(page.contains("exact</span>"), "{typed}");
        }
        for typed in ["1", "MILL-7", "4bf92", "WO-2026-999", "00000000-0000-0000-0000-000000000000"] {
            assert!(under(&find(&s, &boss, typed).await, "exact").is_empty(), "{typed}");
        }
    }

    async fn words_are_found_in_everything_and_what_was_not_looked_at_is_said(t: TestApp) {
        filled(&t).await;
        indexed(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        let page = find(&s, &boss, "VEILED").await;
        assert_eq!(under(&page, "orders"), ["/work-orders/WO-2026-077"]);
        assert_eq!(under(&page, "assets"), ["/assets/PUMP-01"]);
        assert_eq!(under(&page, "procedures"), ["/procedures/PR-001"]);
        assert!(!page.contains("Veiled mill") && !page.contains("Veiled elsewhere"), "another project's: {page}");
        assert_eq!(under(&find(&s, &boss, "dana").await, "people").len(), 1);
        assert_eq!(under(&find(&s, &boss, "veiled gauge").await, "traces"), [format!("/traces/{TRACE}")]);
        let claims = find(&s, &boss, "wrap calls").await;
        assert_eq!(under(&claims, "claims").len(), 1, "what was ticked is found by its words: {claims}");
        for words in ["Looked for with your rights", "comments, files and the ledger are not looked through"] {
            assert!(page.contains(words), "{words}");
        }
        // All words, in any order; none but them.
        assert_eq!(under(&find(&s, &boss, "work veiled").await, "orders").len(), 1);
        assert!(find(&s, &boss, "work unveiled").await.contains("Nothing fits"));
        let empty = boss.get(&s, "/search").await.body;
        assert!(empty.contains("What can be typed") && empty.contains("WO-2026-031"), "{empty}");
    }

    async fn the_newest_claims_of_others_take_no_place_from_ones_own(t: TestApp) {
        let (boss, claim) = filled(&t).await;
        let (project, later) = (boss.project, t.app.now().plus_micros(1));
        let write = move |tx: &mut Tx<'_>| {
            let other = find_id(tx.conn, project, "WO-2026-077")?.unwrap_or_default();
            let mut row: ClaimRow = claims::table.find((project, claim)).select(ClaimRow::as_select()).first(tx.conn)?;
            (row.order_id, row.made_at) = (other, Some(later));
            // More than are looked at.
            for place in 0..2_001 {
                (row.claim_id, row.position) = (format!("others-{place}"), 500 + place);
                diesel::insert_into(claims::table).values(&row).execute(tx.conn)?;
            }
            Ok(())
        };
        t.app.db.write(&Actor::system(), write).await.unwrap();
        let s = site(&t).await;
        let own = find(&s, &browser(&t, "dana").await, "wrap calls").await;
        assert_eq!(under(&own, "claims").len(), 1, "{own}");
        assert!(!own.contains("of the 2"), "{own}");
        let all = find(&s, &browser(&t, "owner").await, "wrap calls").await;
        assert!(all.contains("of the 2") && under(&all, "claims").len() == 20, "{all}");
    }

    async fn r38_what_a_role_may_not_see_is_not_found_by_it(t: TestApp) {
        let (boss, claim) = filled(&t).await;
        let s = site(&t).await;
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Agent) {
            let name = format!("only-{}", role.as_str());
            hire(&t, &boss, &name, &[role]).await;
            let who = browser(&t, &name).await;
            let may = |action| permission::may(&[role], action);
            let sees_all = may(Action::ViewOrders) == Grant::Any;
            let plans = may(Action::Assign) > Grant::Never || may(Action::ManagePeople) > Grant::Never;
            for (words, group, seen) in [
                ("WO-2026-077", "exact", sees_all),
                ("077", "exact", sees_all),
                (claim.as_str(), "exact", sees_all),
                ("veiled", "orders", sees_all),
                ("wrap calls", "claims", sees_all),
                ("veiled", "assets", true),
                ("veiled", "procedures", true),
                ("dana", "people", plans),
                ("dana@example", "people", may(Action::ManagePeople) > Grant::Never),
            ] {
                let page = find(&s, &who, words).await;
                assert_eq!(!under(&page, group).is_empty(), seen, "{words} in {group} by {role:?}: {page}");
                assert!(seen || !page.contains("/work-orders/WO-2026-") || group != "orders", "{words} by {role:?}");
            }
        }
        // One's own is found.
        let dana = browser(&t, "dana").await;
        assert_eq!(under(&find(&s, &dana, "100").await, "exact"), ["/work-orders/WO-2026-100"]);
        assert!(under(&find(&s, &dana, "077").await, "exact").is_empty());
        assert_eq!(under(&find(&s, &dana, "wrap calls").await, "claims").len(), 1);
        let stranger = Client::browser(None).get(&s, "/search?q=veiled").await;
        assert!(stranger.location().starts_with("/sign-in"), "{}", stranger.status);
    }

    async fn no_question_breaks_it_and_none_reads_without_end(t: TestApp) {
        let (boss, _) = filled(&t).await;
        let (s, who) = (site(&t).await, browser(&t, "owner").await);
        let long = "veiled ".repeat(1_500);
        for words in [
            "%", "_", "%%", "\\", "'", "\"", "''; DROP TABLE orders; --", "\"veiled", "veiled*", "*", "-veiled", "NEAR(a b)", "a AND b OR",
            "name:", "input:\"x", "^x", "(((", "veiled\u{202e}", "😀", "漢字", "\t\n", "WO-", "WO--", "WO-2026-", "99999999999999999999",
            "<script>alert(1)</script>", long.as_str(),
        ] {
            let page = find(&s, &who, words).await;
            assert!(!page.contains("<script>alert"), "{words}");
        }
        // A sign of a pattern is a letter like any other.
        for words in ["v%led", "v_iled", "100%"] {
            assert!(under(&find(&s, &who, words).await, "orders").is_empty(), "{words}");
        }
        assert!(find(&s, &who, &long).await.contains("Only the first 100 characters"));
        assert!(find(&s, &who, "v").await.contains("from two letters on"));
        assert!(who.get(&s, "/search?q=a%00b").await.status.is_client_error());
        assert!(!who.get(&s, "/search?q=%ff%fe").await.status.is_server_error());
        for n in 0..23 {
            create(&t.app, &boss, Plan { title: format!("Grease chain {n}"), ..Plan::default() }, None).await.unwrap();
        }
        let many = find(&s, &who, "grease chain").await;
        assert_eq!(under(&many, "orders").len(), 20, "{many}");
        assert!(many.contains("more than 20") && many.contains("/work-orders?q=grease+chain"), "{many}");
    }

    async fn the_keys_of_every_page_stand_on_one_page(t: TestApp) {
        owner(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        let page = boss.get(&s, "/keys").await;
        assert_eq!(page.status, StatusCode::OK);
        for words in ["Every page", "A work order", "A claim", "Calendar", "tick the row", "<kbd>g</kbd> <kbd>b</kbd>", "href=\"/work-orders/board\""] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let home = boss.get(&s, "/").await.body;
        assert!(home.contains("action=\"/search\"") && home.contains("href=\"/keys\""), "{home}");
    }
}
