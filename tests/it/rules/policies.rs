//! The rules of each type on their page, what a team cannot do alone, the profile, and what is kept of what was typed.

use actix_web::http::StatusCode;
use tracewright::foundation::{ProjectKey, Role};
use tracewright::order_settings::policies::reads;
use tracewright::people::auth::COOKIE;
use tracewright::people::{AccountId, Visitor};
use tracewright::work_orders::model::{Status, TypeClass};

use super::signatures::{browser, sign, submitted};
use crate::guards::stage::{PASSWORD, completed, go, hire, load, owner};
use crate::harness::http::{Client, Site, site};
use crate::harness::{TestApp, on_both};

async fn post(
    site: &Site,
    by: &Client,
    address: &str,
    fields: &[(&str, &str)],
) -> crate::harness::http::Answer {
    by.post(site, address, &serde_urlencoded::to_string(fields).unwrap()).await
}

on_both! {
    async fn an_admin_decides_per_type_and_the_page_says_who_changed_what(t: TestApp) {
        let boss = owner(&t).await;
        hire(&t, &boss, "ada", &[Role::Admin]).await;
        hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let site = site(&t).await;
        let (admin, supervisor) = (browser(&site, "ada@example.com").await, browser(&site, "sam@example.com").await);
        let page = admin.get(&site, "/work-orders/policies").await.body;
        for words in ["Integration and installation", "Its author may approve it too", "Nothing was decided yet", "/work-orders/policies/corrective"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let read = supervisor.get(&site, "/work-orders/policies").await;
        assert!(read.status == StatusCode::OK && !read.body.contains(">Change<"), "{}", read.body);
        let address = "/work-orders/policies/integration";
        assert_eq!(supervisor.get(&site, address).await.status, StatusCode::FORBIDDEN);
        let strict = [("controlled", "1"), ("closers", "supervisors"), ("min_reason", "12")];
        assert_eq!(post(&site, &supervisor, address, &strict).await.status, StatusCode::FORBIDDEN);
        let wrong = post(&site, &admin, address, &[("controlled", "1"), ("min_reason", "many")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("value=\"many\"") && wrong.body.contains("name=\"controlled\" value=\"1\" checked"), "{}", wrong.body);
        assert_eq!(post(&site, &admin, address, &strict).await.status, StatusCode::SEE_OTHER);
        let project = boss.project;
        let policy = t.app.db.read(move |conn| reads::of(conn, project, TypeClass::Integration)).await.unwrap();
        assert!(policy.controlled && !policy.approval_signed && policy.min_reason == 12);
        let page = admin.get(&site, "/work-orders/policies").await.body;
        for words in ["Somebody apart from its author approves it, and each later change of its plan. Before: Its author may approve it too", "<b>Integration and installation</b>, ada",
            "Approving is not signed", "A reason has at least 12 characters"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(admin.get(&site, "/work-orders/policies/nothing").await.status, StatusCode::NOT_FOUND);

        // The order follows at once: its author is refused, somebody else approves without signing.
        let id = submitted(&t, &boss, "WO-2026-161").await;
        let own = go(&t, &boss, &id, Status::Approved).await;
        assert!(own.is_err(), "{own:?}");
        let approved = sign(&site, &supervisor, "WO-2026-161", &[("to", "approved")]).await;
        assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.body);
        assert!(load(&t, &boss, &id).await.signatures.is_empty());
    }

    async fn a_team_of_one_is_told_before_it_tries_and_how_to_invite(t: TestApp) {
        let boss = owner(&t).await;
        let site = site(&t).await;
        let id = completed(&t, &boss, &boss).await;
        let order = format!("/work-orders/{}", load(&t, &boss, &id).await.number);
        let client = browser(&site, "owner@example.com").await;
        for (address, says) in [
            (order.as_str(), "Nobody else here may verify this"),
            ("/", "Whoever does the work cannot verify it, and nobody else here may."),
            ("/work-orders/policies", "Whoever does the work cannot verify it, and nobody else here may."),
        ] {
            let body = client.get(&site, address).await.body;
            assert!(body.contains(says) && body.contains("/people?role=auditor#new-account"), "{address}: {body}");
        }
        let invite = client.get(&site, "/people?role=auditor").await.body;
        assert!(invite.contains("value=\"auditor\" checked"), "{invite}");
        // Whoever cannot make accounts is told whom to ask.
        hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let asked = browser(&site, "sam@example.com").await.get(&site, &order).await.body;
        assert!(asked.contains("Ask an admin of the project to invite somebody") && !asked.contains("/people?role"), "{asked}");
        hire(&t, &boss, "mei", &[Role::Auditor]).await;
        assert!(!client.get(&site, &order).await.body.contains("Nobody else here may verify"));
        assert!(!client.get(&site, "/").await.body.contains("nobody else here may"));
    }

    async fn a_profile_says_how_times_are_read_and_who_signs_in_how(t: TestApp) {
        let boss = owner(&t).await;
        let id = completed(&t, &boss, &boss).await;
        let order = format!("/work-orders/{}", load(&t, &boss, &id).await.number);
        let site = site(&t).await;
        let client = browser(&site, "owner@example.com").await;
        assert!(client.get(&site, &order).await.body.contains("title=\"2026-11-21 09:00:00 UTC\""));
        let wrong = post(&site, &client, "/account/profile", &[("name", "Otto Ohm"), ("zone", "Lisbon"), ("dates", "")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("Otto Ohm"), "{}", wrong.body);
        let set = [("name", "Otto Ohm"), ("zone", "Asia/Kathmandu"), ("dates", "month_first")];
        assert_eq!(post(&site, &client, "/account/profile", &set).await.status, StatusCode::SEE_OTHER);
        let page = client.get(&site, &order).await.body;
        assert!(page.contains("Nov 21, 14:45</time>") && page.contains("title=\"2026-11-21 14:45:00 +05:45 Asia/Kathmandu\" data-own"), "{page}");
        assert!(page.contains("datetime=\"2026-11-21T09:00:00"), "programs read UTC");
        assert!(page.contains(">Asia/Kathmandu</span>") && page.contains("Otto Ohm"), "{page}");
        assert!(client.get(&site, &format!("{order}.md")).await.body.contains("T09:00:0"), "what is exported stays UTC");
        // Somebody else reads in their own way, and what was signed keeps the name of then.
        hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let other = browser(&site, "sam@example.com").await.get(&site, &order).await.body;
        assert!(other.contains("21 Nov 09:00</time>"), "{other}");
        assert_eq!(load(&t, &boss, &id).await.signatures[0].by.name, boss.actor.name);

        let refused = post(&site, &client, "/account/email", &[("email", "otto@example.com"), ("email_password", "guess")]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("otto@example.com"));
        let taken = post(&site, &client, "/account/email", &[("email", "sam@example.com"), ("email_password", PASSWORD)]).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        let changed = post(&site, &client, "/account/email", &[("email", "otto@example.com"), ("email_password", PASSWORD)]).await;
        assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.body);
        assert!(t.people.sign_in("owner@example.com", PASSWORD, &Visitor::default()).await.is_err());
        browser(&site, "otto@example.com").await;
        assert!(t.people.signing_asks(&boss).await.unwrap().email, "and signs with all components again");
        let before = profiles(&t).await;
        let (db, ledger) = (t.app.db.clone(), t.app.ledger.clone());
        actix_web::web::block(move || tracewright::ledger::rebuild::rebuild(&db, &ledger)).await.unwrap().unwrap();
        assert_eq!(profiles(&t).await, before);
    }

    async fn what_was_typed_survives_a_refusal_and_the_end_of_a_session(t: TestApp) {
        let boss = owner(&t).await;
        let id = completed(&t, &boss, &boss).await;
        let order = format!("/work-orders/{}", load(&t, &boss, &id).await.number);
        let site = site(&t).await;
        let client = browser(&site, "owner@example.com").await;
        let siblings: [(&str, &[(&str, &str)]); 4] = [
            ("log", &[("title", "Measured"), ("lines", "3.2 bar at gauge 4, seal replaced"), ("corrects", "no-such-entry")]),
            ("undo", &[("target", "item:none"), ("reason", "3.2 bar at gauge 4 was wrong")]),
            ("link", &[("trace", "3.2 bar at gauge 4 is no trace"), ("target", "item:none")]),
            ("attest", &[("target", "item:none"), ("note", "3.2 bar at gauge 4, seen by me")]),
        ];
        for (act, fields) in siblings {
            let answer = post(&site, &client, &format!("{order}/{act}"), fields).await;
            assert!(answer.status.is_client_error(), "{act}: {}", answer.status);
            assert!(answer.body.contains("3.2 bar at gauge 4") && answer.body.contains(&format!("href=\"{order}\"")), "{act}: {}", answer.body);
        }
        let back = client.get(&site, &format!("{}?as_of=the+day+before", order.replace("/work-orders", "/trust/work-orders"))).await;
        assert!(back.status == StatusCode::UNPROCESSABLE_ENTITY && back.body.contains("the day before"), "{}", back.body);
        let password = post(&site, &client, &format!("{order}/comment"), &[("text", ""), ("password", "my secret phrase")]).await;
        assert!(!password.body.contains("my secret phrase"), "{}", password.body);

        client.post(&site, "/sign-out", "").await;
        let late = post(&site, &client, &format!("{order}/comment"), &[("text", "a long report of the night shift")]).await;
        assert_eq!((late.status, late.location()), (StatusCode::SEE_OTHER, format!("/sign-in?next={}", order.replace('/', "%2F")).as_str()));
        assert_eq!(late.cookie("tw_late").as_deref(), Some("1"));
        // Back in the same browser, the text is there until it is put away; in nobody else's account.
        let again = marked(&site, "owner@example.com").await;
        assert!(again.get(&site, &order).await.body.contains("a long report of the night shift"));
        hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let other = marked(&site, "sam@example.com").await;
        assert!(!other.get(&site, &order).await.body.contains("a long report"));
        assert_eq!(again.post(&site, "/account/late", "").await.status, StatusCode::SEE_OTHER);
        assert!(!again.get(&site, &order).await.body.contains("a long report"));
        // A cookie that was never ours leaves nothing.
        let stranger = Client::browser(Some(&"ab".repeat(32)));
        let nothing = post(&site, &stranger, &format!("{order}/comment"), &[("text", "a stranger's words")]).await;
        assert!(nothing.status == StatusCode::SEE_OTHER && nothing.cookie("tw_late").is_none());
    }
}

/// Somebody's browser with the mark of a form that came too late.
async fn marked(site: &Site, email: &str) -> Client {
    let form = serde_urlencoded::to_string([("email", email), ("password", PASSWORD)]).unwrap();
    let entered = Client::browser(None).post(site, "/sign-in", &form).await;
    Client::browser(Some(&format!("{}; tw_late=1", entered.cookie(COOKIE).unwrap())))
}

async fn profiles(t: &TestApp) -> Vec<String> {
    let read = |conn: &mut _| {
        let members = tracewright::people::reads::members(conn, ProjectKey(1))?;
        let mut told = Vec::new();
        for member in members {
            let profile = tracewright::people::reads::profile(conn, &AccountId(member.account.id.0.clone()))?;
            told.push(format!(
                "{} {:?} {profile:?} {:?}",
                member.account.name, member.account.email, member.locked
            ));
        }
        Ok(told)
    };
    t.app.db.read(read).await.unwrap()
}
