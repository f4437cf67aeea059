//! R12 to R22: signing, what a signature is of, who may not sign, and when nobody may.

use actix_web::http::StatusCode;
use tracewright::db::AnyConnection;
use tracewright::foundation::{Asker, Digest, Error, Role};
use tracewright::ledger::Event;
use tracewright::ledger::events::read_from;
use tracewright::people::{AccountId, Visitor};
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::decide::Command;
use tracewright::work_orders::model::{Meaning, Order, Outcome, SigningMethod, Status};
use tracewright::work_orders::reads;
use tracewright::work_orders::signing::{self, Check};

use super::verified_bundle;
use crate::guards::stage::{
    FILE, PASSWORD, agent, complete, completed, do_tick, fault_at, give, go, go_with, hire, judge_all, load,
    owner, running, send, take,
};
use crate::harness::http::{Answer, Client, Site, site};
use crate::harness::{MINUTE, TestApp, on_both};

/// A browser in which somebody has just signed in.
pub async fn browser(site: &Site, email: &str) -> Client {
    let form = serde_urlencoded::to_string([("email", email), ("password", PASSWORD)]).unwrap();
    let entered = Client::browser(None).post(site, "/sign-in", &form).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    Client::browser(Some(&entered.cookie(tracewright::people::auth::COOKIE).unwrap()))
}

/// Posts the form of a move.
pub async fn sign(site: &Site, by: &Client, number: &str, fields: &[(&str, &str)]) -> Answer {
    let form = serde_urlencoded::to_string(fields).unwrap();
    by.post(site, &format!("/work-orders/{number}/transition"), &form).await
}

/// A submitted order under its own number.
pub async fn submitted(t: &TestApp, by: &Asker, number: &str) -> String {
    let id = take(t, by, &FILE.replace("WO-2026-100", number)).await;
    go(t, by, &id, Status::Submitted).await.unwrap();
    id
}

async fn history(t: &TestApp, by: &Asker, id: &str) -> Vec<Event> {
    let (project, id) = (by.project, id.to_owned());
    t.app.db.read(move |conn| reads::history(conn, project, &id, None)).await.unwrap()
}

async fn kinds(t: &TestApp, kind: &str) -> Vec<Event> {
    let events = t.app.db.read(|conn: &mut AnyConnection| read_from(conn, 0, 100_000)).await.unwrap();
    events.into_iter().filter(|event| event.kind == kind).collect()
}

fn meanings(order: &Order) -> Vec<(Meaning, bool)> {
    order.signatures.iter().map(|it| (it.meaning, it.superseded.is_some())).collect()
}

async fn signing_in_session(t: &TestApp, email: &str) -> Asker {
    let started = t.people.sign_in(email, PASSWORD, &Visitor::default()).await.unwrap();
    t.people.authenticate(started.token.expose()).await.unwrap().unwrap()
}

on_both! {
    async fn r12_the_first_signature_of_a_session_asks_for_all_components(t: TestApp) {
        let boss = owner(&t).await;
        for number in ["WO-2026-101", "WO-2026-102", "WO-2026-103"] {
            submitted(&t, &boss, number).await;
        }
        let site = site(&t).await;
        let client = browser(&site, "owner@example.com").await;
        let page = client.get(&site, "/work-orders/WO-2026-101/move/approved").await.body;
        assert!(page.contains("name=\"email\"") && page.contains("name=\"password\""), "{page}");
        let alone = sign(&site, &client, "WO-2026-101", &[("to", "approved"), ("password", PASSWORD)]).await;
        assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
        let both = [("to", "approved"), ("email", "owner@example.com"), ("password", PASSWORD)];
        assert_eq!(sign(&site, &client, "WO-2026-101", &both).await.status, StatusCode::SEE_OTHER);

        let page = client.get(&site, "/work-orders/WO-2026-102/move/approved").await.body;
        assert!(!page.contains("name=\"email\"") && page.contains("name=\"password\""), "{page}");
        let later = sign(&site, &client, "WO-2026-102", &[("to", "approved"), ("password", PASSWORD)]).await;
        assert_eq!(later.status, StatusCode::SEE_OTHER, "{}", later.body);
        let bare = sign(&site, &client, "WO-2026-103", &[("to", "approved")]).await;
        assert_eq!(bare.status, StatusCode::CONFLICT);

        // Another session, another address, a pause and a new password each ask for everything again.
        let other = browser(&site, "owner@example.com").await;
        let page = other.get(&site, "/work-orders/WO-2026-103/move/approved").await.body;
        assert!(page.contains("name=\"email\""), "{page}");
        let here = signing_in_session(&t, "owner@example.com").await;
        t.people.confirm_signing(&here, "owner@example.com", PASSWORD).await.unwrap();
        assert!(!t.people.signing_asks(&here).await.unwrap().email);
        let away = here.clone().in_request(None, "198.51.100.7".to_owned());
        assert!(t.people.signing_asks(&away).await.unwrap().email, "another address");
        let asks = |client: Client| {
            let site = &site;
            async move { client.get(site, "/work-orders/WO-2026-103/move/approved").await.body.contains("name=\"email\"") }
        };
        t.clock.advance(20 * MINUTE);
        assert!(!asks(client.clone()).await, "in use within the half hour");
        t.clock.advance(31 * MINUTE);
        assert!(asks(client.clone()).await, "after a pause");
    }

    async fn r13_a_signature_holds_everything_that_was_signed(t: TestApp) {
        let boss = owner(&t).await;
        let worker = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let id = completed(&t, &boss, &worker).await;
        let (order, events) = (load(&t, &boss, &id).await, history(&t, &boss, &id).await);
        let signature = order.signatures.iter().find(|it| it.meaning == Meaning::Performed).unwrap();
        let signed = signature.signed.as_ref().unwrap();
        assert_eq!((signed.name.as_str(), signed.account.as_str()), ("dana", worker.id()));
        assert!(signed.code.starts_with("USR-"), "{}", signed.code);
        assert_eq!(signed.meaning, Meaning::Performed);
        let says = format!("I performed the work in {} as recorded in version {}.", order.number, signed.version);
        assert!(signed.statement.starts_with(&says) && signed.statement.contains("“achieved”"), "{}", signed.statement);
        assert_eq!((&signed.order, signed.version), (&order.id, order.version - 1));
        assert_eq!(signed.method, SigningMethod::EmailAndPassword);
        let event = events.last().unwrap();
        assert_eq!((&signature.event, signature.at), (&event.id, event.at));
        assert_eq!(event.data()["signed"]["content"], signed.content.to_hex());
        assert_eq!(signed.content, signing::digest(&order, &events[..events.len() - 1]).unwrap());
        assert_eq!(signing::Record::of(&order, &events).unwrap().check(signature).unwrap(), Check::Verifies);
    }

    async fn r14_a_change_of_what_was_signed_supersedes_it_and_leaves_it_as_it_was(t: TestApp) {
        let boss = owner(&t).await;
        let worker = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let id = completed(&t, &boss, &worker).await;
        let before = load(&t, &boss, &id).await;
        assert_eq!(meanings(&before), [(Meaning::Approval, false), (Meaning::Performed, false)]);
        go(&t, &boss, &id, Status::InProgress).await.unwrap();
        let after = load(&t, &boss, &id).await;
        assert_eq!(meanings(&after), [(Meaning::Approval, false), (Meaning::Performed, true)]);
        assert_eq!(after.signatures[1].signed, before.signatures[1].signed, "the record itself stays");
        let superseded = after.signatures[1].superseded.as_ref().unwrap();
        assert_eq!(superseded.event, history(&t, &boss, &id).await.last().unwrap().id, "in the same transaction");

        let mut plan = tracewright::work_orders::model::Plan::of(&after);
        plan.description.push_str(" and of the label printer");
        let edit = Command::EditPlan { plan: Box::new(plan), reason: "one more desk".to_owned(), expected_version: None };
        let facts = facts(&t, &boss, &id).await;
        let decided = tracewright::work_orders::decide::decide(&after, edit, &boss, &facts, &mut || "n".to_owned()).unwrap();
        let mut edited = after.clone();
        for event in &decided {
            let meta = tracewright::work_orders::fold::EventMeta::of(&boss.actor, t.app.now(), "edit");
            tracewright::work_orders::fold::apply(&mut edited, event, &meta);
        }
        assert_eq!(meanings(&edited), [(Meaning::Approval, true), (Meaning::Performed, true)]);

        complete(&t, &worker, &id, Outcome::Partial).await.unwrap();
        let again = load(&t, &boss, &id).await;
        assert_eq!(meanings(&again)[1..], [(Meaning::Performed, true), (Meaning::Performed, false)]);
        assert_eq!(again.signatures[2].signed.as_ref().unwrap().method, SigningMethod::Password);

        // So it stands on the page, in its history, on paper and in the file.
        let site = site(&t).await;
        let client = browser(&site, "owner@example.com").await;
        let base = format!("/work-orders/{}", again.number);
        for address in [base.clone(), format!("{base}/print"), format!("{base}.md")] {
            let body = client.get(&site, &address).await.body;
            assert!(body.contains("Superseded: returned for rework"), "{address}: {body}");
        }
        let page = client.get(&site, &base).await.body;
        assert!(page.contains("this superseded the signature performed by dana"), "{page}");
        let found = verified_bundle(&t, &boss, again.number.as_str()).await;
        assert_eq!((found.signatures.made, found.signatures.superseded, found.signatures.unchecked), (3, 1, 0));
        assert!(found.to_string().contains("3 signatures, each of the version it names; 1 superseded"), "{found}");
    }

    async fn r15_a_signature_fits_no_other_order_and_no_other_version(t: TestApp) {
        let boss = owner(&t).await;
        let (one, two) = (submitted(&t, &boss, "WO-2026-111").await, submitted(&t, &boss, "WO-2026-112").await);
        for id in [&one, &two] {
            go(&t, &boss, id, Status::Approved).await.unwrap();
        }
        let (first, second) = (load(&t, &boss, &one).await, load(&t, &boss, &two).await);
        let (events, others) = (history(&t, &boss, &one).await, history(&t, &boss, &two).await);
        let signature = first.signatures[0].clone();
        assert_eq!(signing::Record::of(&first, &events).unwrap().check(&signature).unwrap(), Check::Verifies);
        let fails = |order: &Order, events: &[Event], changed: &tracewright::work_orders::model::Signature| {
            matches!(signing::Record::of(order, events).unwrap().check(changed).unwrap(), Check::Fails(_))
        };
        assert!(fails(&second, &others, &signature), "on another order");
        let mut forged = signature.clone();
        forged.event.clone_from(&second.signatures[0].event);
        forged.signed.as_mut().unwrap().order.clone_from(&second.id);
        assert!(fails(&second, &others, &forged), "dressed up as the other order's");
        let mut moved = signature.clone();
        moved.signed.as_mut().unwrap().version += 1;
        assert!(fails(&first, &events, &moved), "of another version");
        let mut rewritten = signature.clone();
        rewritten.signed.as_mut().unwrap().content = Digest::of(b"something else");
        assert!(fails(&first, &events, &rewritten), "over something else");
        let mut renamed = signature;
        "somebody".clone_into(&mut renamed.signed.as_mut().unwrap().account);
        assert!(fails(&first, &events, &renamed), "somebody else's");
        let mut rewound = events.clone();
        rewound.remove(0);
        assert!(fails(&first, &rewound, &first.signatures[0]), "without an event before it");
    }

    async fn r16_name_time_and_meaning_stand_on_screen_on_paper_and_in_every_file(t: TestApp) {
        let boss = owner(&t).await;
        let worker = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let id = completed(&t, &boss, &worker).await;
        let order = load(&t, &boss, &id).await;
        let signature = order.signatures.last().unwrap();
        let site = site(&t).await;
        let client = browser(&site, "owner@example.com").await;
        let base = format!("/work-orders/{}", order.number);
        let signed = signature.signed.as_ref().unwrap();
        for address in [base.clone(), format!("{base}/print")] {
            let body = client.get(&site, &address).await.body;
            let moment = signature.at.to_rfc3339();
            for part in ["<b>Performed</b>", "dana", &moment, &signed.statement, &signed.content.to_hex(), "Verifies"] {
                assert!(body.contains(part), "{address} lacks {part}: {body}");
            }
        }
        let file = client.get(&site, &format!("{base}.md")).await.body;
        for part in ["Performed: I did this work. dana", &signature.at.to_rfc3339(), &signed.statement, "verifies"] {
            assert!(file.contains(part), "{part}: {file}");
        }
    }

    async fn r17_nobody_reviews_what_they_did_and_being_admin_signs_nothing(t: TestApp) {
        let boss = owner(&t).await;
        let both = hire(&t, &boss, "dana", &[Role::Technician, Role::Auditor]).await;
        let id = completed(&t, &boss, &both).await;
        judge_all(&t, &hire(&t, &boss, "mei", &[Role::Auditor]).await, &id).await;
        let own = go(&t, &both, &id, Status::Verified).await;
        assert!(matches!(&own, Err(Error::Refused(why)) if why.contains("did part of this work")), "{own:?}");
        let admin = hire(&t, &boss, "ada", &[Role::Admin]).await;
        for to in [Status::Verified, Status::InProgress] {
            let refused = go(&t, &admin, &id, to).await;
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{to:?}: {refused:?}");
        }
        let other = submitted(&t, &boss, "WO-2026-121").await;
        assert!(matches!(go(&t, &admin, &other, Status::Approved).await, Err(Error::Forbidden(_))));
    }

    async fn r18_failed_attempts_lock_signing_for_that_account_alone(t: TestApp) {
        let boss = owner(&t).await;
        let second = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let id = submitted(&t, &boss, "WO-2026-131").await;
        let site = site(&t).await;
        let client = browser(&site, "sam@example.com").await;
        // Whatever was wrong, the answer is the same, and what was typed is kept; the password never is.
        let tries = [("sam@example.com", "wrong-password"), ("owner@example.com", PASSWORD), ("nobody@example.com", "wrong-password")];
        let mut answers = Vec::new();
        for (email, password) in tries {
            let fields = [("to", "approved"), ("reason", "looks right to me"), ("email", email), ("password", password)];
            let answer = sign(&site, &client, "WO-2026-131", &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(answer.body.contains("looks right to me") && !answer.body.contains("wrong-password"));
            let body = answer.body.replace(email, "EMAIL");
            let start = body.find("<form class=\"stack").unwrap();
            answers.push(body[start..].split("nonce").next().unwrap().to_owned());
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
        // The account whose address was typed has nothing to fear.
        assert!(t.people.signing_asks(&boss).await.unwrap().locked.is_none());
        for _ in 0..2 {
            let fields = [("to", "approved"), ("email", "sam@example.com"), ("password", "wrong-password")];
            sign(&site, &client, "WO-2026-131", &fields).await;
        }
        let right = [("to", "approved"), ("email", "sam@example.com"), ("password", PASSWORD)];
        let locked = sign(&site, &client, "WO-2026-131", &right).await;
        assert!(locked.body.contains("Signing is locked for your account"), "{}", locked.body);
        assert_eq!(load(&t, &boss, &id).await.status, Status::Submitted);
        assert_eq!((kinds(&t, "signing.failed.v1").await.len(), kinds(&t, "signing.locked.v1").await.len()), (5, 1));
        // Everything else works, from here and by signing in anew; guesses from elsewhere lock nobody's signing.
        assert_eq!(client.get(&site, "/work-orders/WO-2026-131").await.status, StatusCode::OK);
        for _ in 0..7 {
            t.people.sign_in("owner@example.com", "wrong-password", &Visitor::default()).await.unwrap_err();
        }
        assert!(t.people.signing_asks(&boss).await.unwrap().locked.is_none());

        // Admins are told, and one lifts it; nobody lifts their own.
        let admin = browser_of_admin(&t, &boss, &site).await;
        assert!(admin.get(&site, "/people").await.body.contains("Signing locked"));
        assert!(admin.get(&site, "/").await.body.contains("sam may not sign"));
        let unlock = format!("/people/{}/unlock-signing", second.id());
        let refused = client.post(&site, &unlock, "").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(admin.post(&site, &unlock, "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(kinds(&t, "signing.unlocked.v1").await.len(), 1);
        assert_eq!(sign(&site, &client, "WO-2026-131", &right).await.status, StatusCode::SEE_OTHER);
        let own = t.people.unlock_signing(&boss, AccountId(boss.id().to_owned())).await;
        assert!(matches!(own, Err(Error::Forbidden(_))));
    }

    async fn r19_whoever_left_keeps_name_and_signatures_and_no_code_is_given_twice(t: TestApp) {
        let boss = owner(&t).await;
        let worker = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let id = completed(&t, &boss, &worker).await;
        let code = load(&t, &boss, &id).await.signatures[1].signed.as_ref().unwrap().code.clone();
        t.people.disable_account(&boss, AccountId(worker.id().to_owned())).await.unwrap();
        let (order, events) = (load(&t, &boss, &id).await, history(&t, &boss, &id).await);
        assert_eq!(order.signatures[1].by.name, "dana");
        assert_eq!(signing::Record::of(&order, &events).unwrap().check(&order.signatures[1]).unwrap(), Check::Verifies);
        let refused = t.people.confirm_signing(&worker, "dana@example.com", PASSWORD).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        let next = hire(&t, &boss, "eva", &[Role::Technician]).await;
        assert_ne!(t.people.signing_asks(&next).await.unwrap().code, code);
    }

    async fn r20_agents_and_services_are_refused_on_every_route_that_signs_or_judges(t: TestApp) {
        let boss = owner(&t).await;
        let relay = agent(&t, &boss, "relay").await;
        let id = running(&t, &boss, &boss).await;
        give(&t, &boss, &id, Some(&relay)).await;
        crate::guards::stage::read_safety(&t, &relay, &id).await;
        let number = load(&t, &boss, &id).await.number;
        let site = site(&t).await;
        let client = agents_client(&t, &boss, &relay).await;
        for to in ["approved", "completed", "verified", "closed"] {
            let page = client.get(&site, &format!("/work-orders/{number}/move/{to}")).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{to}: {}", page.body);
            let fields = [("to", to), ("outcome", "partial"), ("email", "owner@example.com"), ("password", PASSWORD)];
            let answer = sign(&site, &client, number.as_str(), &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{to}");
        }
        for (status, to) in [(Status::Submitted, "approved"), (Status::Completed, "verified"), (Status::Verified, "closed")] {
            let order = Order { status, ..load(&t, &boss, &id).await };
            let facts = facts(&t, &relay, &id).await;
            let to = Status::read(to).unwrap();
            let refused = tracewright::work_orders::lifecycle::offer_of(&order, to, &relay, &facts);
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{to:?}: {refused:?}");
        }
        send(&t, &Asker::system(boss.project), "t1", &[&format!("wo:{number}/1.1")], "wrapped").await;
        do_tick(&t, &relay, &id, "1.1").await;
        let (project, order) = (boss.project, id.clone());
        let claims = t.app.db.read(move |conn| tracewright::audit::reads::judged_claims(conn, project, &order)).await.unwrap();
        let verdict = format!("/claims/{}/verdict", claims[0].claim.claim_id);
        assert_eq!(client.post(&site, &verdict, "outcome=refuted&comment=no").await.status, StatusCode::FORBIDDEN);
        let asked = Move { password: Some(PASSWORD.to_owned()), outcome: Some(Outcome::Partial), ..Move::to(Status::Completed) };
        let direct = transition(&t.services.orders, &relay, &id, asked).await;
        assert!(matches!(direct, Err(Error::Forbidden(_))), "{direct:?}");
        assert!(t.people.confirm_signing(&relay, "owner@example.com", PASSWORD).await.is_err());
        assert!(t.people.confirm_signing(&Asker::system(boss.project), "owner@example.com", PASSWORD).await.is_err());
    }

    async fn r21_nothing_is_signed_in_bulk_or_remembered(t: TestApp) {
        let boss = owner(&t).await;
        let table = tracewright::router::table();
        let signing: Vec<&str> = table.specs().iter().map(|spec| spec.path).filter(|path| path.contains("transition") || path.contains("approve") || path.contains("sign") && !path.contains("assign")).collect();
        let one_by_one = [
            "/work-orders/{number}/transition",
            "/work-orders/{number}/items/{item}/sign",
            "/work-orders/{number}/approve-changes",
            "/sign-in",
            "/sign-out",
            "/people/{account}/unlock-signing",
            "/procedures/{code}/versions/{version}/approve",
            // Moves that nobody signs; the others are refused there (`tests/it/api`).
            "/api/v1/orders/{number}/transitions",
        ];
        assert!(signing.iter().all(|path| one_by_one.contains(path)), "{signing:?}");
        for number in ["WO-2026-141", "WO-2026-142"] {
            submitted(&t, &boss, number).await;
        }
        let site = site(&t).await;
        let client = browser(&site, "owner@example.com").await;
        // Several numbers in one form sign the one that was opened, and no page offers to remember anything.
        let fields = [("to", "approved"), ("number", "WO-2026-142"), ("number", "WO-2026-141"), ("email", "owner@example.com"), ("password", PASSWORD)];
        assert_eq!(sign(&site, &client, "WO-2026-141", &fields).await.status, StatusCode::SEE_OTHER);
        let page = client.get(&site, "/work-orders/WO-2026-142").await.body;
        assert!(page.contains("Submitted"), "{page}");
        let page = client.get(&site, "/work-orders/WO-2026-142/move/approved").await.body;
        assert!(!page.contains("type=\"checkbox\"") && !page.to_lowercase().contains("remember"), "{page}");
        let bare = sign(&site, &client, "WO-2026-142", &[("to", "approved")]).await;
        assert_eq!(bare.status, StatusCode::CONFLICT, "each signature asks again");
    }

    async fn r22_password_fields_take_paste_and_password_managers(t: TestApp) {
        let boss = owner(&t).await;
        submitted(&t, &boss, "WO-2026-151").await;
        let site = site(&t).await;
        let client = browser(&site, "owner@example.com").await;
        let page = client.get(&site, "/work-orders/WO-2026-151/move/approved").await.body;
        assert!(page.contains("autocomplete=\"username\"") && page.contains("autocomplete=\"current-password\""), "{page}");
        for address in ["/work-orders/WO-2026-151/move/approved", "/sign-in", "/account"] {
            let body = client.get(&site, address).await.body;
            assert!(!body.contains("autocomplete=\"off\"") && !body.contains("onpaste"), "{address}");
        }
    }

    async fn a_changed_order_is_not_signed_and_says_what_changed(t: TestApp) {
        let boss = owner(&t).await;
        let worker = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let id = running(&t, &boss, &worker).await;
        for at in ["1.1", "2.1"] {
            do_tick(&t, &worker, &id, at).await;
        }
        let none = go_with(&t, &worker, &id, Move::to(Status::Completed)).await;
        assert!(fault_at(none, "outcome").contains("say how the work ended"));
        let order = load(&t, &boss, &id).await;
        let site = site(&t).await;
        let client = browser(&site, "dana@example.com").await;
        let base = format!("/work-orders/{}", order.number);
        let page = client.get(&site, &format!("{base}/move/completed")).await.body;
        assert!(page.contains("Not possible: Criteria that are not met: 1 All calls are traced"), "{page}");
        assert!(!page.contains(" checked"), "nothing is chosen beforehand");
        assert!(page.contains("I know the ") && page.contains("listed as not as planned"), "{page}");
        assert!(!page.contains("nobody has judged yet"), "nothing is judged before it is done: {page}");
        let version = order.version.to_string();
        client.post(&site, &format!("{base}/comment"), "text=the+gauge+was+read+again").await;
        let points = page.split("name=\"points\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let fields = [("to", "completed"), ("version", &version), ("points", points), ("outcome", "partial"),
            ("reason", "as far as it goes"), ("email", "dana@example.com"), ("password", PASSWORD)];
        let late = sign(&site, &client, order.number.as_str(), &fields).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.body.contains("Nothing was signed") && late.body.contains("the gauge was read again"), "{}", late.body);
        assert!(late.body.contains("as far as it goes") && late.body.contains("value=\"partial\" required checked"));
        let now = (order.version + 1).to_string();
        let mut again = fields;
        again[1].1 = &now;
        let done = sign(&site, &client, order.number.as_str(), &again).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let wrong_count = go_with(&t, &worker, &id, Move { expected_points: Some(77), ..Move::to(Status::Verified) }).await;
        assert!(wrong_count.is_err());
    }
}

async fn facts(t: &TestApp, by: &Asker, id: &str) -> tracewright::work_orders::facts::Facts {
    let (orders, by, id) = (t.services.orders.clone(), by.clone(), id.to_owned());
    let read = move |conn: &mut AnyConnection| {
        let order = reads::load(conn, by.project, &id, None)?;
        orders.facts(conn, by.project, &order, &by.actor)
    };
    t.app.db.read(read).await.unwrap()
}

async fn browser_of_admin(t: &TestApp, boss: &Asker, site: &Site) -> Client {
    hire(t, boss, "ada", &[Role::Admin]).await;
    browser(site, "ada@example.com").await
}

/// The agent as it comes by its key.
async fn agents_client(t: &TestApp, maker: &Asker, agent: &Asker) -> Client {
    use tracewright::people::actions::create_api_key::NewApiKey;
    use tracewright::people::model::{KeyLabel, Scopes};
    let new = NewApiKey {
        label: KeyLabel::parse("label", "agent").unwrap(),
        scopes: Scopes::all(),
        account: Some(AccountId(agent.actor.id.clone())),
        expires_at: None,
        pair: None,
    };
    let key = t.people.create_api_key(maker, new).await.unwrap();
    Client::with_key(key.public.as_str(), key.secret.expose())
}
