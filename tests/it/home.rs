//! The first page by what the reader may do, and the first steps of a new project.

use actix_web::http::StatusCode;
use diesel::prelude::*;
use tracewright::audit::reads::ClaimRow;
use tracewright::db::Tx;
use tracewright::db::schema::{claims, orders};
use tracewright::demo::SignIn;
use tracewright::foundation::{Actor, Error, ProjectKey, Role, Timestamp};
use tracewright::order_settings::policies::PolicyChange;
use tracewright::work_orders::model::{Outcome, Status};

use crate::field::browser;
use crate::guards::stage;
use crate::harness::http::{Client, site};
use crate::harness::{TestApp, on_both};
use crate::people::pages::cookie;
use crate::people::{create, owner};

const KEY: &str = "public_key=pk-lf-plant-7&secret_key=sk-lf-plant-7-secret";

/// The browser of whoever plays a role in the example.
pub(crate) async fn of_example(t: &TestApp, people: &[SignIn], role: &str) -> Client {
    let who = people.iter().find(|who| who.role == role).unwrap();
    let signed = t.people.sign_in(&who.email, &who.password, &crate::people::visitor()).await.unwrap();
    Client::browser(Some(signed.token.expose()))
}

/// Makes every other order one that this account had, closed later; how many.
fn all_done_but(tx: &mut Tx<'_>, open: &str, account: &str, later: Timestamp) -> Result<usize, Error> {
    let others = orders::table.filter(orders::order_id.ne(open));
    let closed = (
        orders::status.eq("closed"),
        orders::assignee_account.eq(Some(account)),
        orders::updated_at.eq(later),
    );
    Ok(diesel::update(others).set(closed).execute(tx.conn)?)
}

on_both! {
    async fn each_role_finds_its_own_part_and_no_button_that_refuses(t: TestApp) {
        let admin = owner(&t).await;
        let s = site(&t).await;
        for (role, shown, hidden) in [
            (Role::Technician, &["Nothing to do now", "Write a work order"][..], &["Waits for you", "Claims to judge", "first proof"][..]),
            (Role::Supervisor, &["Waits for you", "In work"], &["Claims to judge", "first proof", "Nothing to do now"]),
            (Role::Auditor, &["Claims to judge", "Orders to verify"], &["Write a work order", "Waits for you", "first proof"]),
            (Role::Admin, &["first proof"], &["Claims to judge", "Waits for you"]),
            (Role::Viewer, &["Latest traces"], &["Write a work order", "Claims to judge", "Waits for you", "first proof"]),
        ] {
            let email = format!("{}-home@example.com", role.as_str());
            create(&t.people, &admin, &email, &[role]).await;
            let browser = Client::browser(Some(&cookie(&t, &email).await));
            let page = browser.get(&s, "/").await;
            assert_eq!(page.status, StatusCode::OK, "{role:?}");
            for words in shown {
                assert!(page.body.contains(words), "{role:?} finds {words}: {}", page.body);
            }
            for words in hidden {
                assert!(!page.body.contains(words), "{role:?} finds no {words}: {}", page.body);
            }
            assert_eq!(browser.get(&s, "/guide").await.status, StatusCode::OK, "{role:?}");
        }
    }

    async fn a_key_is_tested_by_a_trace_that_arrives(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let browser = Client::browser(Some(&cookie(&t, crate::people::OWNER).await));
        let before = browser.get(&s, "/").await.body;
        assert!(before.contains("1 of 5 steps done"), "the project has a key: {before}");
        let sent = browser.post(&s, "/first-steps/test-key", KEY).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let trace = browser.get(&s, sent.location()).await;
        assert!(trace.body.contains("Test of a key") && trace.body.contains("pk-lf-plant-7"), "{}", trace.body);
        assert!(!trace.body.contains("sk-lf-plant-7-secret"));
        assert!(browser.get(&s, "/").await.body.contains("2 of 5 steps done"));
    }

    async fn whoever_has_traces_has_the_way_in(t: TestApp) {
        let admin = owner(&t).await;
        let s = site(&t).await;
        let browser = Client::browser(Some(&cookie(&t, crate::people::OWNER).await));
        let key = t.app.db.read(|conn| tracewright::people::reads::keys(conn, ProjectKey(1)));
        let id = key.await.unwrap().remove(0).key.id;
        browser.post(&s, &format!("/people/keys/{id}/revoke"), "").await;
        assert!(browser.get(&s, "/").await.body.contains("0 of 5 steps done"));
        crate::guards::send(&t, &admin, "t1", &[], "sent without a key of the project").await;
        let home = browser.get(&s, "/").await.body;
        assert!(home.contains("2 of 5 steps done"), "traces that came need a key no more: {home}");
    }

    async fn a_failed_step_waits_for_the_supervisor(t: TestApp) {
        let people = tracewright::demo::fill_today(&t.services).await.unwrap();
        let s = site(&t).await;
        let of = async |role| of_example(&t, &people, role).await;
        let (dana, sam) = (of("technician").await, of("supervisor").await);
        let order = dana.get(&s, "/work-orders/WO-2026-014").await.body;
        let step = order.split("id=\"step-").nth(5).unwrap().split('"').next().unwrap().to_owned();
        let before = sam.get(&s, "/").await.body;
        assert!(!before.contains("Step failed"), "{before}");
        let form = format!("step={step}&state=failed&reason=no+trace+came");
        let marked = dana.post(&s, "/work-orders/WO-2026-014/mark", &form).await;
        assert_eq!(marked.status, StatusCode::SEE_OTHER, "{}", marked.body);
        let home = sam.get(&s, "/").await.body;
        assert!(home.contains("Step failed") && home.contains("1 step failed") && home.contains("class=\"failed\""), "{home}");
    }

    async fn exceptions_wait_for_whoever_answers_them(t: TestApp) {
        let people = tracewright::demo::fill_today(&t.services).await.unwrap();
        let s = site(&t).await;
        for role in ["supervisor", "auditor"] {
            let who = people.iter().find(|who| who.role == role).unwrap();
            let signed = t.people.sign_in(&who.email, &who.password, &crate::people::visitor()).await.unwrap();
            let home = Client::browser(Some(signed.token.expose())).get(&s, "/").await.body;
            assert!(home.contains("1 exception"), "{role}: {home}");
        }
    }

    async fn what_is_wrong_with_a_pair_is_said_at_its_field(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let browser = Client::browser(Some(&cookie(&t, crate::people::OWNER).await));
        let try_pair = async |form: &str| browser.post(&s, "/first-steps/test-key", form).await;
        for (form, field) in [
            ("public_key=pk-lf-plant-7&secret_key=sk-lf-another-secret", "secret_key"),
            ("public_key=pk-lf-nobody&secret_key=sk-lf-plant-7-secret", "public_key"),
            ("public_key=&secret_key=", "public_key"),
        ] {
            let answer = try_pair(form).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(answer.body.contains(&format!("fault-{field}")), "{form}: {}", answer.body);
            assert!(!answer.body.contains("sk-lf-another-secret"), "a secret is not shown again");
        }
        let key = t.app.db.read(|conn| tracewright::people::reads::keys(conn, ProjectKey(1)));
        let id = key.await.unwrap().remove(0).key.id;
        browser.post(&s, &format!("/people/keys/{id}/revoke"), "").await;
        let revoked = try_pair(KEY).await;
        assert!(revoked.body.contains("was revoked"), "{}", revoked.body);
    }

    async fn the_example_shows_what_is_late_due_held_excepted_and_asked(t: TestApp) {
        let people = tracewright::demo::fill_today(&t.services).await.unwrap();
        let s = site(&t).await;
        let of = async |role| of_example(&t, &people, role).await;
        let home = of("supervisor").await.get(&s, "/").await.body;
        for words in ["Late", "On hold", "Read and approve", "WO-2026-015", "WO-2026-017", "WO-2026-018"] {
            assert!(home.contains(words), "{words}: {home}");
        }
        let auditor = of("auditor").await;
        assert!(auditor.get(&s, "/").await.body.contains("1 without an answer"));
        assert!(auditor.get(&s, "/exceptions").await.body.contains("WO-2026-016"));
        let late = of("technician").await.get(&s, "/work-orders?overdue=1").await.body;
        assert!(late.contains("WO-2026-015") && !late.contains("WO-2026-016"), "{late}");
        let trust = auditor.get(&s, "/trust/work-orders/WO-2026-014").await.body;
        assert!(trust.contains("4.3 refuted") && trust.contains("C1 refuted"), "{trust}");
        let typed = auditor.get(&s, "/trust/work-orders/WO-2026-014?as_of=last+%3Cweek%3E").await;
        assert_eq!(typed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(typed.body.contains("fault-as_of") && typed.body.contains("last &#60;week&#62;"), "{}", typed.body);
    }

    async fn a_sample_order_is_made_once_and_can_be_worked_on(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let browser = Client::browser(Some(&cookie(&t, crate::people::OWNER).await));
        let made = browser.post(&s, "/first-steps/sample", "").await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let again = browser.post(&s, "/first-steps/sample", "").await;
        assert_eq!(again.location(), made.location());
        let submitted = browser.post(&s, &format!("{}/transition", made.location()), "to=submitted&version=").await;
        assert_eq!(submitted.status, StatusCode::SEE_OTHER, "the plan is complete: {}", submitted.body);
        let home = browser.get(&s, "/").await.body;
        assert!(home.contains("Read and approve") && home.contains("1 decision waits for you"), "{home}");
        // What the sample is made of is nothing to wonder at.
        let order = browser.get(&s, made.location()).await.body;
        assert!(!order.contains("id=\"findings\"") && !order.contains("carries no time"), "{order}");
    }

    async fn all_that_is_to_do_is_counted_though_the_page_shows_the_first_of_it(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = stage::hire(&t, &owner, "dana", &[Role::Technician]).await;
        for number in 101..109 {
            let file = stage::FILE.replace("WO-2026-100", &format!("WO-2026-{number}"));
            let id = stage::take(&t, &owner, &file).await;
            crate::harness::orders::walk(&t, &owner, &dana, &id, Status::InProgress).await;
        }
        let s = site(&t).await;
        let home = browser(&t, "dana@example.com").await.get(&s, "/").await.body;
        assert!(home.contains("8 orders</p>") && home.matches("class=\"sheet work-card\"").count() == 6, "{home}");
    }

    async fn what_is_to_do_stands_there_however_much_was_done_since(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = stage::hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = stage::running(&t, &owner, &dana).await;
        for number in 200..260 {
            stage::take(&t, &owner, &stage::FILE.replace("WO-2026-100", &format!("WO-2026-{number}"))).await;
        }
        let (open, account, later) = (id, dana.actor.id.clone(), t.app.now().plus_micros(1));
        let done = t.app.db.write(&Actor::system(), move |tx| all_done_but(tx, &open, &account, later)).await;
        assert_eq!(done.unwrap(), 60);
        let s = site(&t).await;
        let home = browser(&t, "dana@example.com").await.get(&s, "/").await.body;
        assert!(home.contains("class=\"sheet work-card\"") && !home.contains("Nothing to do now"), "{home}");
    }

    async fn late_work_is_told_of_however_many_drafts_are_past_their_day(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = stage::hire(&t, &owner, "dana", &[Role::Technician]).await;
        stage::hire(&t, &owner, "sam", &[Role::Supervisor]).await;
        stage::running(&t, &owner, &dana).await;
        for number in 200..250 {
            stage::take(&t, &owner, &stage::FILE.replace("WO-2026-100", &format!("WO-2026-{number}"))).await;
        }
        let due = t.app.now().plus_micros(-1_000_000);
        let write = move |tx: &mut Tx<'_>| {
            Ok(diesel::update(orders::table).set(orders::open_until.eq(Some(due))).execute(tx.conn)?)
        };
        assert_eq!(t.app.db.write(&Actor::system(), write).await.unwrap(), 51);
        let s = site(&t).await;
        let home = browser(&t, "sam@example.com").await.get(&s, "/").await.body;
        assert!(home.contains("<span class=\"chip bad\">Late</span>"), "{home}");
    }

    async fn work_that_was_sent_back_says_who_did_it_and_why_until_it_is_done_again(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = stage::hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = stage::hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = stage::completed(&t, &owner, &dana).await;
        let page = format!("/work-orders/{}", stage::load(&t, &owner, &id).await.number);
        let s = site(&t).await;
        let by_dana = browser(&t, "dana@example.com").await;
        assert!(!by_dana.get(&s, &page).await.body.contains("id=\"sent-back\""));
        stage::go(&t, &mei, &id, Status::InProgress).await.unwrap();
        let told = by_dana.get(&s, &page).await.body;
        let notice = told.split("id=\"sent-back\"").nth(1).unwrap().split("</p>").next().unwrap();
        assert!(notice.contains("Returned by mei, <time") && notice.contains("</b>: a good reason"), "{notice}");
        let home = by_dana.get(&s, "/").await.body;
        assert!(home.contains("Returned by mei") && home.contains("a good reason"), "{home}");
        stage::complete(&t, &dana, &id, Outcome::Achieved).await.unwrap();
        assert!(!by_dana.get(&s, &page).await.body.contains("id=\"sent-back\""));
    }

    async fn a_draft_its_way_to_approval_and_its_end_stand_on_its_authors_page(t: TestApp) {
        let owner = stage::owner(&t).await;
        for (name, role, number) in [("rosa", Role::Requester, "100"), ("dana", Role::Technician, "101")] {
            let author = stage::hire(&t, &owner, name, &[role]).await;
            let id = stage::take(&t, &author, &stage::FILE.replace("WO-2026-100", &format!("WO-2026-{number}"))).await;
            let page = format!("/work-orders/{}", stage::load(&t, &owner, &id).await.number);
            let s = site(&t).await;
            let own = browser(&t, &format!("{name}@example.com")).await;
            let drafts = |home: &str| home.contains("Your drafts") && home.contains(&format!("href=\"{page}\""));
            let home = own.get(&s, "/").await.body;
            assert!(drafts(&home) && !home.contains("Sent for approval"), "{name}: {home}");
            stage::go(&t, &author, &id, Status::Submitted).await.unwrap();
            let home = own.get(&s, "/").await.body;
            assert!(home.contains("Sent for approval") && !home.contains("Your drafts"), "{name}: {home}");
            assert!(!own.get(&s, &format!("{page}/edit")).await.body.contains("id=\"sent-back\""));
            stage::go(&t, &owner, &id, Status::Draft).await.unwrap();
            let returned = format!("Returned by {}", owner.actor.name);
            let home = own.get(&s, "/").await.body;
            assert!(drafts(&home) && home.contains(&returned) && home.contains("a good reason"), "{name}: {home}");
            for address in [page.clone(), format!("{page}/edit")] {
                let shown = own.get(&s, &address).await.body;
                assert!(shown.contains("id=\"sent-back\"") && shown.contains(&returned), "{address}: {shown}");
            }
            stage::go(&t, &owner, &id, Status::Cancelled).await.unwrap();
            let ended = own.get(&s, &page).await.body;
            assert!(ended.contains("Cancelled by ") && ended.contains("a good reason"), "{ended}");
            let home = own.get(&s, "/").await.body;
            assert!(!home.contains("Your drafts") && home.contains("Cancelled by ") && home.contains("a good reason"), "{home}");
        }
    }

    async fn an_approved_order_that_nobody_has_waits_for_the_supervisor(t: TestApp) {
        let owner = stage::owner(&t).await;
        stage::hire(&t, &owner, "sam", &[Role::Supervisor]).await;
        let id = stage::take(&t, &owner, stage::FILE).await;
        stage::approve(&t, &owner, &id).await;
        let number = stage::load(&t, &owner, &id).await.number.to_string();
        let s = site(&t).await;
        let sam = browser(&t, "sam@example.com").await;
        let home = sam.get(&s, "/").await.body;
        assert!(home.contains("Needs somebody") && home.contains(&format!("href=\"/work-orders/{number}#plan\"")), "{home}");
        assert!(home.contains("1 decision waits for you") && home.contains("aria-label=\"Assign: "), "{home}");
        // Each figure opens the list that it counts.
        assert!(home.contains("href=\"/work-orders?status=approved\"") && home.contains("waiting to be verified"), "{home}");
        let dana = stage::hire(&t, &owner, "dana", &[Role::Technician]).await;
        stage::give(&t, &owner, &id, Some(&dana)).await;
        assert!(!sam.get(&s, "/").await.body.contains("Needs somebody"));
    }

    async fn what_is_ones_own_waits_for_another(t: TestApp) {
        let owner = stage::owner(&t).await;
        stage::completed(&t, &owner, &owner).await;
        let s = site(&t).await;
        let alone = browser(&t, "owner@example.com").await.get(&s, "/").await.body;
        assert!(alone.contains("of your own work, for another auditor to judge"), "{alone}");
        assert!(alone.contains("of your own work, for another auditor to verify"), "{alone}");
        assert!(!alone.contains("Judge the next claim") && !alone.contains(">Judge</a>"), "{alone}");
        let line = alone.split("<h1>Hello").nth(1).unwrap().split("</p>").next().unwrap();
        assert!(!line.contains("claim") && !line.contains("order"), "{line}");
        stage::hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let other = browser(&t, "mei@example.com").await.get(&s, "/").await.body;
        assert!(other.contains("Judge the next claim") && !other.contains("of your own work"), "{other}");
        assert!(other.contains("1 order wait"), "{other}");
    }

    async fn ones_own_claims_take_no_place_from_those_of_others(t: TestApp) {
        let owner = stage::owner(&t).await;
        let dana = stage::hire(&t, &owner, "dana", &[Role::Technician]).await;
        let own = stage::completed(&t, &owner, &owner).await;
        // More of them than a queue holds, and weightier than what another did.
        let write = move |tx: &mut Tx<'_>| {
            let one = claims::table.filter(claims::order_id.eq(&own)).select(ClaimRow::as_select());
            let mut row: ClaimRow = one.first(tx.conn)?;
            for place in 0..310 {
                row.claim_id = format!("own-{place}");
                (row.position, row.materiality) = (500 + place, 4);
                diesel::insert_into(claims::table).values(&row).execute(tx.conn)?;
            }
            Ok(())
        };
        t.app.db.write(&Actor::system(), write).await.unwrap();
        let text = stage::FILE.replace("WO-2026-100", "WO-2026-101");
        let other = stage::take(&t, &owner, &text).await;
        stage::work(&t, &owner, &dana, &other).await;
        let s = site(&t).await;
        let home = browser(&t, "owner@example.com").await.get(&s, "/").await.body;
        assert!(home.contains(">Judge</a>") && !home.contains("Nothing waits for your verdict"), "{home}");
        assert!(home.contains("claims of your own work") && !home.contains("more wait for you"), "{home}");
        let line = home.split("<h1>Hello").nth(1).unwrap().split("</p>").next().unwrap();
        assert!(line.contains(" claim"), "{line}");
    }

    async fn what_its_author_may_not_approve_waits_for_others_alone(t: TestApp) {
        let owner = stage::owner(&t).await;
        let sam = stage::hire(&t, &owner, "sam", &[Role::Supervisor]).await;
        stage::hire(&t, &owner, "rita", &[Role::Supervisor]).await;
        stage::decide_policy(&t, &owner, PolicyChange { controlled: Some(true), ..PolicyChange::default() }).await;
        let id = stage::take(&t, &sam, stage::FILE).await;
        stage::go(&t, &sam, &id, Status::Submitted).await.unwrap();
        let s = site(&t).await;
        let own = browser(&t, "sam@example.com").await.get(&s, "/").await.body;
        assert!(own.contains("nothing waits for you") && own.contains("Sent for approval"), "{own}");
        assert!(!own.contains("Read and approve"), "{own}");
        let other = browser(&t, "rita@example.com").await.get(&s, "/").await.body;
        assert!(other.contains("Read and approve") && other.contains("1 decision waits for you"), "{other}");
    }
}
