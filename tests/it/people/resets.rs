//! Whoever makes a link for somebody else could use it: what is done under such a password says so until it is confirmed.

use tracewright::foundation::{Asker, Error, Role};
use tracewright::people::actions::sign_in::Started;
use tracewright::people::{AccountId, ResetRow};

use crate::harness::http::{Client, site};
use crate::harness::{MINUTE, on_both};

use super::*;

const NEW: &str = "a password of the admin's";
const OWN: &str = "a password of her own";

on_both! {
    async fn what_is_done_under_somebody_elses_link_says_so_and_the_person_is_told(t: TestApp) {
        let admin = owner(&t).await;
        let ann = create(&t.people, &admin, "ann@example.com", &[Role::Auditor]).await.account;
        let started = redeemed(&t, &admin, &ann.id, NEW).await;
        let false_ann = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        let mark = false_ann.actor.under_reset.clone().unwrap();
        assert_eq!((mark.by.as_str(), mark.by_name.as_str()), (admin.id(), "owner"));
        let marked = last_body(&t, &false_ann).await;
        assert_eq!(marked["actor_name"], "ann@example.com (password reset by owner, not confirmed)");
        assert_eq!(marked["under_reset"]["by"], admin.id());

        assert_eq!(field(t.people.confirm_reset(&false_ann, NEW).await), "password", "the new one shows nothing");
        let vouched = t.people.vouch_for(&admin, ann.id.clone()).await;
        assert!(matches!(vouched, Err(Error::Forbidden(_))), "nor does the word of who made the link");

        t.clock.advance(MINUTE);
        let started = redeemed(&t, &Asker::operator(admin.project), &ann.id, OWN).await;
        let page = Client::browser(Some(started.token.expose())).get(&site(&t).await, "/account").await.body;
        assert!(page.contains("By owner,") && page.contains("By the operator,"), "{page}");
        assert!(page.contains("The password you had before"), "{page}");
        let true_ann = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        t.people.confirm_reset(&true_ann, PASSWORD).await.unwrap();
        let true_ann = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        assert_eq!(true_ann.actor.under_reset, None);
        let plain = last_body(&t, &true_ann).await;
        assert_eq!((plain["actor_name"].as_str(), plain.get("under_reset")), (Some("ann@example.com"), None));
        let how: Vec<Option<String>> = resets(&t, &ann.id).await.into_iter().map(|row| row.confirmed_how).collect();
        assert_eq!(how, [Some("former_password".to_owned()), Some("former_password".to_owned())], "and it stays told");
    }

    async fn a_first_password_is_no_reset_and_a_lost_one_is_vouched_for_by_somebody_apart(t: TestApp) {
        let admin = owner(&t).await;
        let new = NewAccount { password: None, ..person("new@example.com", &[Role::Auditor]) };
        let created = t.people.create_account(&admin, new).await.unwrap();
        let link = created.link.unwrap();
        let started = t.people.redeem_link(link.expose(), OWN, &visitor()).await.unwrap();
        let who = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        assert_eq!(who.actor.under_reset, None, "nobody had a password that was taken from them");
        assert!(resets(&t, &created.account.id).await.is_empty());
        let plain = last_body(&t, &who).await;
        assert_eq!((plain["actor_name"].as_str(), plain.get("under_reset")), (Some("new@example.com"), None));
        let page = Client::browser(Some(started.token.expose())).get(&site(&t).await, "/account").await.body;
        assert!(!page.contains("set by somebody else"), "{page}");

        t.clock.advance(MINUTE);
        redeemed(&t, &admin, &created.account.id, NEW).await;
        let second = create(&t.people, &admin, "second@example.com", &[Role::Admin]).await.account.id;
        let twin = create(&t.people, &admin, "twin@example.com", &[Role::Admin]).await.account.id;
        let operator = Asker::operator(admin.project);
        t.people.same_person(&operator, AccountId::of(&admin), twin).await.unwrap();
        let twin = sign_in(&t.people, "twin@example.com", PASSWORD).await;
        let own = t.people.vouch_for(&twin, created.account.id.clone()).await;
        assert!(matches!(own, Err(Error::Forbidden(_))), "another account of who made the link");
        assert!(members(&t, &admin).await.iter().any(|it| it.account.id == created.account.id && it.is_reset));
        let apart = sign_in(&t.people, "second@example.com", PASSWORD).await;
        assert_eq!(apart.id(), second.0);
        t.people.vouch_for(&apart, created.account.id.clone()).await.unwrap();
        let newest = resets(&t, &created.account.id).await.remove(0);
        assert_eq!((newest.confirmed_how.as_deref(), newest.confirmed_by), (Some("vouched"), Some(second.0)));
        assert!(members(&t, &admin).await.iter().all(|it| !it.is_reset));
    }

    async fn whose_own_password_a_link_set_vouches_for_nobody_until_that_is_confirmed(t: TestApp) {
        let admin = owner(&t).await;
        let ann = create(&t.people, &admin, "ann@example.com", &[Role::Auditor]).await.account;
        redeemed(&t, &admin, &ann.id, NEW).await;
        let puppet = create(&t.people, &admin, "puppet@example.com", &[Role::Admin]).await.account;
        let started = redeemed(&t, &admin, &puppet.id, OWN).await;
        let puppet = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        let vouched = t.people.vouch_for(&puppet, ann.id.clone()).await;
        assert!(matches!(vouched, Err(Error::Forbidden(_))), "{vouched:?}");
        assert!(resets(&t, &ann.id).await.iter().all(|row| row.confirmed_at.is_none()));
        t.people.confirm_reset(&puppet, PASSWORD).await.unwrap();
        let puppet = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        t.people.vouch_for(&puppet, ann.id).await.unwrap();
    }

    async fn changing_the_password_takes_no_mark_away(t: TestApp) {
        let admin = owner(&t).await;
        let ann = create(&t.people, &admin, "ann@example.com", &[Role::Auditor]).await.account;
        let started = redeemed(&t, &admin, &ann.id, NEW).await;
        let who = t.people.authenticate(started.token.expose()).await.unwrap().unwrap();
        t.people.change_password(&who, NEW, OWN).await.unwrap();
        let again = t.people.sign_in("ann@example.com", OWN, &visitor()).await.unwrap();
        let who = t.people.authenticate(again.token.expose()).await.unwrap().unwrap();
        assert!(who.actor.under_reset.is_some());
        t.people.confirm_reset(&who, PASSWORD).await.unwrap();
    }
}

async fn redeemed(t: &TestApp, by: &Asker, account: &AccountId, password: &str) -> Started {
    let link = t.people.issue_link(by, account.clone()).await.unwrap();
    t.people.redeem_link(link.expose(), password, &visitor()).await.unwrap()
}

async fn resets(t: &TestApp, account: &AccountId) -> Vec<ResetRow> {
    let account = account.clone();
    t.app.db.read(move |conn| reads::resets(conn, &account)).await.unwrap().0
}

/// The stored body of something this person does.
async fn last_body(t: &TestApp, who: &Asker) -> serde_json::Value {
    t.people.sign_in(&who.actor.name, "wrong", &visitor()).await.unwrap_err();
    let password = if who.actor.under_reset.is_some() { NEW } else { OWN };
    let other = t.people.sign_in(&who.actor.name, password, &visitor()).await.unwrap();
    t.people.revoke_session(who, &other.session).await.unwrap();
    let events = t.app.db.read(|conn| tracewright::ledger::events::read_from(conn, 0, 10_000)).await.unwrap();
    let event = events.into_iter().rfind(|event| event.kind == "session.revoked.v1").unwrap();
    serde_json::to_value(event.body.unwrap()).unwrap()
}
