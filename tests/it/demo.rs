//! The example of `serve --demo`: a shop of three months, in every state, with a ledger that verifies and no event of tomorrow.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use tracewright::alerts::actions::evaluate_all;
use tracewright::alerts::model::State;
use tracewright::alerts::reads::board;
use tracewright::checks::check_roots;
use tracewright::demo;
use tracewright::foundation::{ActorKind, Asker, ProjectKey};
use tracewright::knowledge;
use tracewright::ledger::events::read_from;
use tracewright::ledger::{Event, rebuild, sequencer, verifier};
use tracewright::work_orders::model::{HoldCode, Status};
use tracewright::work_orders::reads::{self, Filter};

use crate::alerts::WATCHED;
use crate::harness::http::site;
use crate::harness::{DAY, TestApp, on_both};
use crate::home::of_example;
use crate::people::visitor;

const SHOP: ProjectKey = ProjectKey(1);

/// Pages of the fleet, and what each shows of the runs.
const FLEET: [(&str, &[&str]); 12] = [
    (
        "/fleet?range=30d",
        &["release-planner", "release-lead", "acme", "globex", "initech", "package_release"],
    ),
    ("/fleet/agents?range=30d", &["release-planner"]),
    ("/fleet/gates?range=30d", &["package_release"]),
    ("/fleet/builds?range=30d", &["package_release"]),
    ("/fleet/personas?range=30d", &["backend-engineer", "testing-specialist", "devops-engineer"]),
    (
        "/fleet/workflows?range=30d",
        &["quality_validation", "3 of 214 checks failed", "the registry refused the package"],
    ),
    (
        "/fleet/agent?name=release-planner&range=30d",
        &["changelog_search", "no answer of the changelog after 5 s"],
    ),
    ("/fleet/costs?range=30d", &["claude-haiku-4-5", "gpt-4.1-mini"]),
    ("/fleet/budgets", &["4 budgets · none used up", "testing-specialist", "whole project", "refuses"]),
    ("/fleet/handoffs?range=30d&rejected=1", &["release-tester", "It does not say what it rests on"]),
    ("/fleet/coverage?range=30d", &["2 calls were billed and are not traced"]),
    ("/fleet/identity?range=30d", &["release-pipeline", "release-deployer"]),
];

async fn events(t: &TestApp) -> Vec<Event> {
    t.app.db.read(|conn| read_from(conn, 0, 100_000)).await.unwrap()
}

async fn count(t: &TestApp, filter: Filter) -> i64 {
    t.app.db.read(move |conn| reads::count(conn, SHOP, &filter)).await.unwrap()
}

fn of_kind<'a>(events: &'a [Event], kind: &'a str) -> impl Iterator<Item = &'a Event> {
    events.iter().filter(move |event| event.kind == kind)
}

/// Everything that happened has its moment: none is to come, and none is before what its stream says already.
fn in_time(t: &TestApp, events: &[Event]) {
    let mut last = BTreeMap::new();
    for event in events {
        assert!(event.at <= t.app.now(), "{} is still to come", event.kind);
        let stream = (event.stream_kind.clone(), event.stream_id.clone());
        let before = last.insert(stream, event.at);
        assert!(before.is_none_or(|before| before <= event.at), "{} goes back in time", event.kind);
    }
}

/// Claims on which one auditor says yes and the other no, by their standing verdicts.
fn disputed(events: &[Event]) -> usize {
    let mut said: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for event in of_kind(events, "audit.verdict_given.v1") {
        let verdict = &event.data()["verdict"];
        let text = |name: &str| verdict[name].as_str().unwrap_or_default().to_owned();
        said.entry(text("claim")).or_default().insert(event.actor.clone(), text("outcome"));
    }
    let both = |voices: &BTreeMap<String, String>| voices.values().collect::<BTreeSet<_>>().len() > 1;
    said.values().filter(|voices| both(voices)).count()
}

on_both! {
    async fn it_is_a_shop_of_three_months(t: TestApp) {
        let people = Box::pin(demo::fill(&t.services)).await.unwrap();
        let roles: BTreeSet<&str> = people.iter().map(|who| who.role).collect();
        assert_eq!(roles, BTreeSet::from(["admin", "auditor", "requester", "supervisor", "technician"]));
        for who in &people {
            t.people.sign_in(&who.email, &who.password, &visitor()).await.unwrap();
        }
        for status in Status::ALL {
            assert!(count(&t, Filter { status: Some(status), ..Filter::default() }).await > 0, "{status:?}");
        }
        let orders = count(&t, Filter::default()).await;
        assert!((45..=70).contains(&orders), "{orders} orders");
        assert!(count(&t, Filter { unassigned: true, ..Filter::default() }).await > 0);
        assert!(count(&t, Filter { overdue_at: Some(t.app.now()), ..Filter::default() }).await > 2);

        let all = events(&t).await;
        in_time(&t, &all);
        let oldest = all.iter().map(|event| event.at).min().unwrap();
        assert!(t.app.now().micros_since(oldest) > 80 * DAY, "it begins at {oldest}");
        let held: BTreeSet<String> = of_kind(&all, "work_order.transitioned.v1")
            .filter_map(|event| Some(event.data()["hold"].as_str()?.to_owned()))
            .collect();
        assert_eq!(held.len(), HoldCode::ALL.len(), "{held:?}");
        let ticks = of_kind(&all, "work_order.item_ticked.v1").filter(|event| event.actor_kind == ActorKind::Agent);
        assert!(ticks.map(|event| &event.actor).collect::<BTreeSet<_>>().len() == 2, "two agents tick");
        assert!(disputed(&all) >= 2, "two auditors disagree");
        for (kind, least) in [
            ("work_order.file_added.v1", 5),
            ("work_order.time_logged.v1", 12),
            ("work_order.part_used.v1", 4),
            ("work_order.comment_added.v1", 5),
            ("work_order.question_asked.v1", 1),
            ("work_order.decision_recorded.v1", 1),
            ("knowledge.atoms_made.v1", 12),
            ("order_schedule.stopped.v1", 1),
            ("order_schedule.order_not_made.v1", 1),
        ] {
            assert!(of_kind(&all, kind).count() >= least, "{kind}");
        }
        let created = of_kind(&all, "procedure.created.v1").count();
        assert_eq!((created, of_kind(&all, "order_schedule.created.v1").count()), (5, 5));
        let verified = move |conn: &mut _| knowledge::reads::search(conn, SHOP, "", Some(knowledge::Status::Verified));
        assert!(t.app.db.read(verified).await.unwrap().len() >= 10);
    }

    async fn it_verifies_and_is_told_once(t: TestApp) {
        Box::pin(demo::fill(&t.services)).await.unwrap();
        let before = events(&t).await.len();
        assert!(Box::pin(demo::fill(&t.services)).await.unwrap().is_empty(), "a second start fills nothing");
        assert_eq!(events(&t).await.len(), before);
        sequencer::sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let trust = verifier::Trust { key: t.app.log.verifier(), held: None };
        let (report, roots) = t.app.db.read(move |conn| verifier::verify_with(conn, &trust, check_roots)).await.unwrap();
        assert!(report.fault_count == 0 && roots.faults.is_empty(), "{:?} {:?}", report.faults, roots.faults);
        let app = t.app.clone();
        let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
    }

    async fn its_fleet_fills_every_page_and_no_alert_speaks(t: TestApp) {
        let people = Box::pin(demo::fill(&t.services)).await.unwrap();
        let (s, sam) = (site(&t).await, of_example(&t, &people, "supervisor").await);
        for (path, told) in FLEET {
            let page = sam.get(&s, path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
            for words in told {
                assert!(page.body.contains(*words), "{path}: {words}: {}", page.body);
            }
        }
        evaluate_all(&t.app, &Asker::system(ProjectKey(0)), WATCHED).await.unwrap();
        let now = t.app.now();
        let board = t.app.db.read(move |conn| board(conn, SHOP, now)).await.unwrap();
        let loud = [State::Firing, State::Pending].map(|state| board.count(state));
        assert!(board.is_known() && loud == [0, 0], "nothing is wrong with it, and it was looked at: {loud:?}");
    }
}
