//! R1 to R9 and R11: the trail of what happened, which nobody can switch off, rewrite or lose.

use std::process::Command;
use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use tracewright::app;
use tracewright::audit::reads::judged_claims;
use tracewright::bundle::actions::export;
use tracewright::bundle::{Stored, unpack};
use tracewright::config::{Config, Keys, Values};
use tracewright::db::schema::{events, traces};
use tracewright::db::{AnyConnection, each};
use tracewright::foundation::{Actor, ActorKind, Asker, Error, Role};
use tracewright::ledger::rebuild;
use tracewright::ledger::sequencer::sequence_now;
use tracewright::ledger::tree::leaf_hash;
use tracewright::order_settings::policies::PolicyChange;
use tracewright::people::{AccountId, Visitor};
use tracewright::router;
use tracewright::work_orders::actions::create::create;
use tracewright::work_orders::actions::tick::tick;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::actions::undo::undo;
use tracewright::work_orders::model::{HoldCode, Plan, Status};

use crate::guards::stage::{
    FILE, completed, decide_policy, do_tick, fault_at, give, go, go_with, hire, judge_one, load, owner,
    place, read_safety, refusal, reword, running, take,
};
use crate::harness::http::site;
use crate::harness::{MINUTE, START, TestApp, on_both};

use super::{browser, events as all_events, form};

const NUMBER: &str = "WO-2026-100";

/// The kinds of all events behind the first `seen`.
async fn since(t: &TestApp, seen: usize) -> Vec<String> {
    all_events(t).await.into_iter().skip(seen).map(|event| event.kind).collect()
}

/// Runs statements on the service's own connection.
async fn execute(t: &TestApp, sql: String) -> Result<(), Error> {
    t.app.db.write(&Actor::system(), move |tx| Ok(tx.conn.batch_execute(&sql)?)).await
}

/// The database has no room for another event.
async fn refuse_events(t: &TestApp) {
    let sql = if t.app.db.is_sqlite() {
        "CREATE TRIGGER no_room BEFORE INSERT ON event_bodies BEGIN SELECT RAISE(ABORT, 'no room'); END"
    } else {
        "CREATE FUNCTION no_room() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$ LANGUAGE plpgsql;
         CREATE TRIGGER no_room BEFORE INSERT ON event_bodies FOR EACH ROW EXECUTE FUNCTION no_room()"
    };
    execute(t, sql.to_owned()).await.unwrap();
}

/// Takes away what keeps the service from changing its log, as somebody with the database can.
async fn unguard(t: &TestApp) {
    let sql = if t.app.db.is_sqlite() {
        let of = |table: &str, what: &str| format!("DROP TRIGGER {table}_{what};");
        let tables = ["events", "leaves", "tree_nodes", "checkpoints"];
        let insert_only: String =
            tables.iter().map(|table| of(table, "no_update") + &of(table, "no_delete")).collect();
        insert_only + &of("event_bodies", "no_delete") + &of("event_bodies", "only_erase")
    } else {
        ["events", "leaves", "event_bodies"]
            .map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER;"))
            .concat()
    };
    execute(t, sql).await.unwrap();
}

/// What `tracewright verify ledger` says, as a program of its own over the same database; and whether it is content.
async fn verify_ledger(t: &TestApp) -> (bool, String) {
    let keys = Keys::for_tests();
    let folder = t.app.config.data.join("keys");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("log.key"), hex::encode(keys.log_seed)).unwrap();
    std::fs::write(folder.join("server.key"), hex::encode(keys.server_key)).unwrap();
    let done = Command::new(env!("CARGO_BIN_EXE_tracewright"))
        .args(["verify", "ledger"])
        .env("TRACEWRIGHT_DATA", &t.app.config.data)
        .env("TRACEWRIGHT_DATABASE_URL", t.database_setting())
        .output()
        .unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// A leaf as it is logged, and its hash.
async fn leaf_of(t: &TestApp, seq: i64) -> (Vec<u8>, Vec<u8>) {
    let read = move |conn: &mut AnyConnection| {
        Ok(events::table.filter(events::seq.eq(seq)).select((events::leaf, events::leaf_hash)).first(conn)?)
    };
    t.app.db.read(read).await.unwrap()
}

/// The id of the newest claim at a place.
async fn claim_at(t: &TestApp, by: &Asker, id: &str, place: &str) -> String {
    let (project, id) = (by.project, id.to_owned());
    let claims = t.app.db.read(move |conn| judged_claims(conn, project, &id)).await.unwrap();
    claims.into_iter().rfind(|it| it.claim.place == place).unwrap().claim.claim_id
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// One order that was brought in, given, approved and begun, with two ticks of which one was taken back.
struct Told {
    owner: Asker,
    dana: Asker,
    id: String,
}

async fn told(t: &TestApp) -> Told {
    let owner = owner(t).await;
    let dana = hire(t, &owner, "dana", &[Role::Technician]).await;
    let id = running(t, &owner, &dana).await;
    t.clock.advance(MINUTE);
    do_tick(t, &dana, &id, "1.1").await;
    do_tick(t, &dana, &id, "2.1").await;
    let target = place(t, &dana, &id, "1.1").await;
    undo(&t.services.orders, &dana, &id, target, "it was the wrong client".to_owned()).await.unwrap();
    t.clock.advance(MINUTE);
    Told { owner, dana, id }
}

on_both! {
    async fn r01_every_change_is_one_event_or_no_change_at_all(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let account = AccountId(dana.actor.id.clone());
        let mut seen = all_events(&t).await.len();
        let mut one = async |kind: &str| {
            let new = since(&t, seen).await;
            assert_eq!(new.iter().filter(|found| *found == kind).count(), 1, "{kind}: {new:?}");
            seen += new.len();
        };
        let id = take(&t, &owner, FILE).await;
        one("work_order.imported.v1").await;
        create(&t.app, &owner, Plan { title: "Another".to_owned(), ..Plan::default() }, None).await.unwrap();
        one("work_order.created.v1").await;
        reword(&t, &owner, &id, |it| it.text == "See both models", |now| now.text += " twice", "").await.unwrap();
        one("work_order.plan_edited.v1").await;
        give(&t, &owner, &id, Some(&dana)).await;
        one("work_order.assigned.v1").await;
        go(&t, &owner, &id, Status::Submitted).await.unwrap();
        one("work_order.transitioned.v1").await;
        go(&t, &owner, &id, Status::Approved).await.unwrap();
        one("work_order.transitioned.v1").await;
        read_safety(&t, &dana, &id).await;
        one("work_order.safety_acknowledged.v1").await;
        go(&t, &dana, &id, Status::InProgress).await.unwrap();
        one("work_order.transitioned.v1").await;
        do_tick(&t, &dana, &id, "1.1").await;
        one("work_order.item_ticked.v1").await;
        let target = place(&t, &dana, &id, "1.1").await;
        undo(&t.services.orders, &dana, &id, target.clone(), String::new()).await.unwrap();
        one("work_order.item_tick_undone.v1").await;
        do_tick(&t, &dana, &id, "1.1").await;
        one("work_order.item_ticked.v1").await;
        judge_one(&t, &mei, &claim_at(&t, &owner, &id, "1.1").await).await.unwrap();
        one("audit.verdict_given.v1").await;
        let s = site(&t).await;
        let boss = browser(&t, "owner").await;
        one("session.started.v1").await;
        assert_eq!(boss.get(&s, &format!("/work-orders/{NUMBER}/bundle")).await.status, StatusCode::OK);
        one("bundle.exported.v1").await;
        // So does handing it out in another form, which is no change of it.
        let version = load(&t, &owner, &id).await.version;
        for form in ["/markdown", ".json", "/print"] {
            assert_eq!(boss.get(&s, &format!("/work-orders/{NUMBER}{form}")).await.status, StatusCode::OK, "{form}");
            one("order.handed_out.v1").await;
        }
        assert!(boss.get(&s, &format!("/work-orders/{NUMBER}/print")).await.body.contains("copy 2"));
        one("order.handed_out.v1").await;
        assert_eq!(load(&t, &owner, &id).await.version, version);
        assert!(t.people.sign_in("dana@example.com", "a guess", &Visitor::default()).await.is_err());
        one("sign_in.failed.v1").await;
        t.people.grant_role(&owner, account.clone(), Role::Viewer).await.unwrap();
        one("role.granted.v1").await;
        t.people.revoke_role(&owner, account.clone(), Role::Viewer).await.unwrap();
        one("role.revoked.v1").await;
        decide_policy(&t, &owner, PolicyChange { controlled: Some(true), ..PolicyChange::default() }).await;
        one("work_order.policy_set.v1").await;

        // Where the event cannot be written, nothing else is.
        let before = load(&t, &owner, &id).await;
        refuse_events(&t).await;
        let second = place(&t, &dana, &id, "2.1").await;
        assert!(tick(&t.services.orders, &dana, &id, second).await.is_err());
        assert!(undo(&t.services.orders, &owner, &id, target, "a good reason".to_owned()).await.is_err());
        let hold = Move { hold: Some(HoldCode::Parts), ..Move::to(Status::OnHold) };
        assert!(go_with(&t, &dana, &id, hold).await.is_err());
        assert!(create(&t.app, &owner, Plan { title: "Third".to_owned(), ..Plan::default() }, None).await.is_err());
        assert!(t.people.grant_role(&owner, account, Role::Auditor).await.is_err());
        assert!(t.people.sign_in("dana@example.com", "correct horse battery", &Visitor::default()).await.is_err());
        for form in ["/bundle", "/markdown", ".json", "/print"] {
            let answer = boss.get(&s, &format!("/work-orders/{NUMBER}{form}")).await;
            assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{form} leaves the house without a record");
        }
        assert!(since(&t, seen).await.is_empty());
        assert_eq!(load(&t, &owner, &id).await, before);
        let app = t.app.clone();
        let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "tables say what no event says: {:?}", checked.differences);
    }

    async fn r02_an_event_says_who_when_what_before_and_after_and_why(t: TestApp) {
        let told = told(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        let item = load(&t, &told.owner, &told.id).await.steps[1].items[0].clone();
        let fields = [
            ("op", "set"), ("block", item.id.as_str()), ("was", item.text.as_str()), ("text", "See all three models"),
            ("kind", "item"), ("depth", "0"), ("reason", "a third one came"),
        ];
        let done = boss.post(&s, &format!("/work-orders/{NUMBER}/plan"), &form(&fields)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let event = all_events(&t).await.pop().unwrap();
        assert_eq!(event.kind, "work_order.plan_edited.v1");
        assert!(event.seq > 0 && event.at == t.app.now(), "a number of its own, and the server's time");
        assert_eq!((event.actor.as_str(), event.actor_kind), (told.owner.id(), ActorKind::Human));
        assert_eq!((event.stream_kind.as_str(), event.stream_id.as_str()), ("work_order", told.id.as_str()));
        assert_eq!(event.version, load(&t, &told.owner, &told.id).await.version);
        let body = event.body.clone().unwrap();
        assert_eq!(body.actor_name, told.owner.actor.name, "the name as it was printed then");
        assert!(body.session.is_some_and(|session| Some(&session) != told.owner.actor.session.as_ref()), "the browser's own");
        let answered = done.headers.get("x-request-id").unwrap().to_str().unwrap();
        assert_eq!(body.request_id.as_deref(), Some(answered));
        let data = event.data();
        assert_eq!(data["reason"], "a third one came");
        let changes = data["changes"].as_array().unwrap();
        let field = changes.iter().find(|it| it["path"].as_array().unwrap().last() == Some(&json!("text"))).unwrap();
        assert_eq!((&field["old"], &field["new"]), (&json!("See both models"), &json!("See all three models")));

        // Each names the one before it in its stream, and its own hash is of all that the leaf says.
        let stream: Vec<_> = all_events(&t).await.into_iter().filter(|it| it.stream_id == told.id && it.stream_kind == "work_order").collect();
        for (event, version) in stream.iter().zip(1_i64..) {
            let (leaf, hash) = leaf_of(&t, event.seq).await;
            assert_eq!(hash, leaf_hash(&leaf).0);
            let leaf: Value = serde_json::from_slice(&leaf).unwrap();
            assert_eq!((event.version, leaf["prev"].as_i64()), (version, (version > 1).then(|| version - 1)), "{leaf}");
            assert_eq!((&leaf["id"], &leaf["actor"], &leaf["type"]), (&json!(event.id), &json!(event.actor), &json!(event.kind)));
        }
    }

    async fn r03_nothing_that_the_service_can_do_changes_or_deletes_an_event(t: TestApp) {
        let told = told(&t).await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let before = all_events(&t).await.len();
        for sql in [
            "UPDATE events SET actor = 'somebody' WHERE seq = 3",
            "UPDATE events SET at = at - 1",
            "DELETE FROM events WHERE seq = 3",
            "DELETE FROM events",
            "DELETE FROM event_bodies",
            "UPDATE event_bodies SET body = salt",
            "UPDATE leaves SET leaf_index = leaf_index + 100",
            "DELETE FROM leaves",
        ] {
            assert!(execute(&t, sql.to_owned()).await.is_err(), "{sql}");
        }
        let after = all_events(&t).await;
        assert_eq!(after.len(), before);
        assert!(after.iter().all(|event| event.body.is_some() && event.actor != "somebody"));
        // No address changes the log: what is about it only reads.
        let table = router::table();
        let about_it: Vec<_> = table.specs().iter().filter(|spec| spec.path.starts_with("/ledger")).collect();
        assert!(about_it.len() >= 3 && about_it.iter().all(|spec| spec.method == Method::GET));
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        for (method, path) in [(Method::DELETE, "/ledger/3"), (Method::PUT, "/ledger/3"), (Method::POST, "/ledger/3")] {
            let answer = boss.send(&s, method.clone(), path, Some("x=1")).await;
            assert!(answer.status.is_client_error(), "{method} {path}: {}", answer.status);
        }
        assert_eq!(load(&t, &told.owner, &told.id).await.status, Status::InProgress);
    }

    async fn r04_verifying_names_the_first_event_that_was_changed_removed_or_moved(t: TestApp) {
        told(&t).await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let (is_content, said) = verify_ledger(&t).await;
        assert!(is_content && said.contains("The ledger verifies."), "{said}");
        unguard(&t).await;
        // From the end to the beginning, so that each new fault is the first.
        let body = |seq: i64| format!("event_id = (SELECT id FROM events WHERE seq = {seq})");
        for (what, sql, named) in [
            ("changed", "UPDATE events SET actor = 'somebody' WHERE seq = 12".to_owned(), "leaf 11 (event 12)"),
            ("its words changed", format!("UPDATE event_bodies SET body = salt WHERE {}", body(10)), "leaf 9 (event 10)"),
            (
                "removed",
                format!("DELETE FROM event_bodies WHERE {}; DELETE FROM leaves WHERE event_seq = 8; DELETE FROM events WHERE seq = 8", body(8)),
                "leaf 7",
            ),
            (
                "moved",
                "UPDATE leaves SET leaf_index = 1000 WHERE leaf_index = 4; UPDATE leaves SET leaf_index = 4 WHERE leaf_index = 3;
                 UPDATE leaves SET leaf_index = 3 WHERE leaf_index = 1000".to_owned(),
                "",
            ),
        ] {
            execute(&t, sql).await.unwrap();
            let (is_content, said) = verify_ledger(&t).await;
            assert!(!is_content, "{what}: {said}");
            let first = said.split("the first at ").nth(1).unwrap_or_else(|| panic!("{what}: {said}"));
            if named.is_empty() {
                assert!(first.starts_with("leaf 3") || first.starts_with("leaf 4") || first.starts_with("tree node"), "{what}: {first}");
            } else {
                assert!(first.starts_with(named), "{what}: {first}");
            }
        }
    }

    async fn r05_no_setting_turns_the_trail_off(t: TestApp) {
        let owner = owner(&t).await;
        let given = |name: &str| ["data", "database-url", "database.connections"].contains(&name) || name.starts_with("init");
        let settings = t.app.config.settings.clone();
        assert!(settings.len() >= 15, "{}", settings.len());
        let mut turned = 0;
        for setting in settings.iter().filter(|setting| !given(&setting.name)) {
            for value in ["false", "true", "off", "none", "0"].into_iter().filter(|value| **value != setting.shown) {
                let data = t.app.config.data.to_string_lossy();
                let values = [
                    ("data", data.as_ref()), ("database-url", t.database_setting()), ("database.connections", "2"),
                    (setting.name.as_str(), value),
                ];
                // Most settings do not take most of these words; what they do take changes nothing about the trail.
                let Ok(config) = Config::from_values(Values::of(&values)) else { continue };
                let Ok(app) = app::build(config, Keys::for_tests(), t.clock.clone()) else { continue };
                turned += 1;
                let before = all_events(&t).await.len();
                create(&app, &owner, Plan { title: "Told".to_owned(), ..Plan::default() }, None).await.unwrap();
                assert_eq!(since(&t, before).await, ["work_order.created.v1"], "{} = {value}", setting.name);
            }
        }
        assert!(turned >= 5, "{turned} settings were turned");
    }

    async fn r06_what_was_changed_or_taken_back_is_still_shown_on_screen_in_print_and_in_the_bundle(t: TestApp) {
        let told = told(&t).await;
        reword(&t, &told.owner, &told.id, |it| it.text == "Wrap the calls", |now| "Wrap every call".clone_into(&mut now.text), "one was left out")
            .await.unwrap();
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        let words = [
            "undid “Wrap the calls”: it was the wrong client", "ticked “Wrap the calls”",
            "changed “Wrap the calls” to “Wrap every call”: one was left out",
        ];
        for address in [format!("/work-orders/{NUMBER}"), format!("/work-orders/{NUMBER}/print")] {
            let page = boss.get(&s, &address).await.body;
            assert!(words.iter().all(|words| page.contains(words)), "{address}: {page}");
        }
        let stored = Arc::new(Stored::new(t.app.clone()));
        let files = unpack(&export(&t.app, &told.owner, NUMBER, stored).await.unwrap().zip).unwrap();
        let told: String = files.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        for words in ["work_order.item_ticked.v1", "work_order.item_tick_undone.v1", "it was the wrong client", "Wrap the calls", "Wrap every call"] {
            assert!(told.contains(words), "{words}");
        }
    }

    async fn r07_a_record_is_changed_after_the_fact_with_a_reason_or_not_at_all(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = completed(&t, &owner, &dana).await;
        let target = place(&t, &owner, &id, "1.1").await;
        let orders = &t.services.orders;
        let back = async |by: &Asker, reason: &str| undo(orders, by, &id, target.clone(), reason.to_owned()).await;
        // Completed: what is recorded stands, whatever is said, until the order is returned with a reason.
        assert!(refusal(back(&dana, "a long and good reason").await).contains("its ticks stand"));
        let edit = reword(&t, &owner, &id, |it| it.text == "Wrap the calls", |now| now.text += "!", "a long and good reason").await;
        assert!(refusal(edit).contains("its plan stands"));
        for reason in ["", "    ", "ab"] {
            let asked = Move { reason: reason.to_owned(), ..Move::to(Status::InProgress) };
            let why = fault_at(transition(orders, &owner, &id, asked).await, "reason");
            assert!(why.contains("at least 5 characters"), "{reason:?}: {why}");
        }
        go(&t, &owner, &id, Status::InProgress).await.unwrap();
        // Done: another's tick, and one's own once it was judged, is taken back with a reason; the plan is changed with one.
        for reason in ["", "ab"] {
            assert!(fault_at(back(&owner, reason).await, "reason").contains("at least 5"), "{reason:?}");
            let edit = reword(&t, &owner, &id, |it| it.text == "Wrap the calls", |now| now.text += "!", reason).await;
            assert!(fault_at(edit, "reason").contains("at least 5"), "{reason:?}");
        }
        judge_one(&t, &mei, &claim_at(&t, &owner, &id, "1.1").await).await.unwrap();
        assert!(fault_at(back(&dana, "").await, "reason").contains("Undo a judged tick"));
        back(&dana, "it was the wrong client").await.unwrap();
        let told = all_events(&t).await.pop().unwrap();
        assert_eq!((told.kind.as_str(), &told.data()["reason"]), ("work_order.item_tick_undone.v1", &json!("it was the wrong client")));
        // The length is the policy's.
        do_tick(&t, &dana, &id, "1.1").await;
        decide_policy(&t, &owner, PolicyChange { min_reason: Some(20), ..PolicyChange::default() }).await;
        assert!(fault_at(back(&owner, "a good reason").await, "reason").contains("at least 20"));
    }

    async fn r08_time_is_the_servers_and_what_a_client_claims_stands_beside_it(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        t.clock.advance(MINUTE);
        let (s, worker) = (site(&t).await, browser(&t, "dana").await);
        let target = place(&t, &dana, &id, "1.1").await.to_string();
        let claimed = [
            ("target", target.as_str()), ("at", "2020-01-01T00:00:00Z"), ("ticked_at", "2020-01-01T00:00:00Z"), ("time", "0"),
            ("timestamp", "2020-01-01T00:00:00Z"),
        ];
        let done = worker.post(&s, &format!("/work-orders/{NUMBER}/tick"), &form(&claimed)).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let event = all_events(&t).await.pop().unwrap();
        assert_eq!((event.kind.as_str(), event.at), ("work_order.item_ticked.v1", t.app.now()));
        let tick = load(&t, &dana, &id).await.steps[0].items[0].ticks.current().unwrap().clone();
        assert_eq!(tick.at, Some(t.app.now()), "whatever the form claims");
        // A trace comes with its own times: they are kept as claimed, beside the moment of its arrival.
        let span = json!({ "id": "call", "traceId": "t1", "name": "ask", "startTime": "2020-01-01T00:00:00.000Z" });
        let batch = json!({ "batch": [{ "id": "e1", "type": "span-create", "timestamp": "2020-01-01T00:00:00.000Z", "body": span }] });
        let sent = tracewright::intake::ingest::RequestBody::plain(batch.to_string().into_bytes());
        tracewright::intake::ingest::ingest_batch(&t.app, &t.services.intake, &Asker::system(owner.project), sent).await.unwrap();
        let project = owner.project.0;
        let read = move |conn: &mut AnyConnection| {
            let row = traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq("t1"));
            Ok(row.select((traces::start_at, traces::first_arrival_at)).first::<(i64, i64)>(conn)?)
        };
        let (started, arrived) = t.app.db.read(read).await.unwrap();
        assert_eq!((started, arrived), (1_577_836_800_000_000, t.app.now().0));
    }

    async fn r09_pages_name_the_zone_and_what_goes_out_is_utc(t: TestApp) {
        told(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        for address in ["/", "/work-orders", "/work-orders/WO-2026-100", "/work-orders/WO-2026-100/print", "/ledger", "/review"] {
            let page = boss.get(&s, address).await.body;
            assert!(page.contains("Times in <span data-zone>UTC</span>"), "{address}: {page}");
            let moments: Vec<&str> = page.split("datetime=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            assert!(moments.iter().all(|it| it.ends_with('Z') || it.len() == 10), "{address}: {moments:?}");
        }
        let page = boss.get(&s, "/work-orders/WO-2026-100").await.body;
        assert!(page.contains(&format!("datetime=\"{}", &START.to_rfc3339()[..13])), "{page}");
        let read = |conn: &mut AnyConnection| {
            let sql = "SELECT CAST(id AS TEXT) AS line FROM events WHERE kind = 'work_order.item_ticked.v1' ORDER BY seq LIMIT 1";
            let rows: Vec<Line> = each!(conn, |c| sql_query(sql).load(c))?;
            Ok(rows.into_iter().map(|row| row.line).collect::<String>())
        };
        let ticked = t.app.db.read(read).await.unwrap();
        let seq = all_events(&t).await.into_iter().find(|event| event.id == ticked).unwrap().seq;
        let leaf: Value = serde_json::from_slice(&leaf_of(&t, seq).await.0).unwrap();
        assert!(leaf["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{leaf}");
        let file = boss.get(&s, "/work-orders/WO-2026-100.md").await.body;
        let moments: Vec<&str> = file.split("2026-11-21").skip(1).map(|rest| rest.split_whitespace().next().unwrap_or_default()).collect();
        assert!(moments.iter().all(|it| !it.starts_with('T') || it.contains('Z')), "{moments:?}");
    }

    async fn r11_the_trail_of_an_order_is_narrowed_by_who_where_what_and_when_and_printed(t: TestApp) {
        let told = told(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        let lines = async |address: &str| -> Vec<String> {
            let page = boss.get(&s, address).await;
            assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.body);
            let list = page.body.split("<ol class=\"history\">").nth(1).unwrap().split("</ol>").next().unwrap().to_owned();
            list.split("<span>").skip(1).map(|line| line.split("</span>").next().unwrap().to_owned()).collect()
        };
        let page = format!("/work-orders/{NUMBER}");
        let all = lines(&page).await;
        let of_order = |name: &str| all_of(&all, name);
        assert_eq!(all.len(), all_events(&t).await.iter().filter(|it| it.stream_id == told.id && it.stream_kind == "work_order").count());
        let dana = told.dana.id();
        let (before, minute) = (t.app.now().plus_micros(-2 * MINUTE).to_rfc3339(), t.app.now().plus_micros(-MINUTE / 2).to_rfc3339());
        for (query, expected) in [
            (format!("who={dana}"), vec!["undid “Wrap the calls”: it was the wrong client", "ticked “See both models”", "ticked “Wrap the calls”",
                "moved it from Approved to In progress", "read the safety notes, version 1"]),
            ("part=1".to_owned(), vec!["undid “Wrap the calls”: it was the wrong client", "ticked “Wrap the calls”"]),
            ("part=2.1".to_owned(), vec!["ticked “See both models”"]),
            ("part=C1".to_owned(), vec![]),
            ("kind=work_order.item_ticked.v1".to_owned(), vec!["ticked “See both models”", "ticked “Wrap the calls”"]),
            (format!("kind=work_order.item_ticked.v1&part=1&who={dana}"), vec!["ticked “Wrap the calls”"]),
            (format!("who={}&part=1", told.owner.id()), vec![]),
            (format!("since={before}&part=2"), vec!["ticked “See both models”"]),
            (format!("since={minute}"), vec![]),
            ("until=2026-11-20".to_owned(), vec![]),
            ("since=2026-11-21&until=2026-11-21&kind=work_order.imported.v1".to_owned(), of_order("imported it")),
        ] {
            assert_eq!(lines(&format!("{page}?{query}")).await, expected, "{query}");
            assert_eq!(lines(&format!("{page}/print?{query}")).await, expected, "{query} on paper");
        }
        assert_eq!(lines(&format!("{page}/print")).await, all, "all of it where nothing is asked");
        let narrowed = boss.get(&s, &format!("{page}?part=1")).await.body;
        assert!(narrowed.contains(&format!("2 of {} events", all.len())), "{narrowed}");
        assert!(narrowed.contains(&format!("{page}/print?part=1#history")), "the same on paper, one press away: {narrowed}");
        for wrong in ["part=9", "since=soon", "until=soon"] {
            assert_eq!(boss.get(&s, &format!("{page}?{wrong}")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
    }
}

fn all_of<'l>(lines: &'l [String], begin: &str) -> Vec<&'l str> {
    lines.iter().map(String::as_str).filter(|line| line.starts_with(begin)).collect()
}
