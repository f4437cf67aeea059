//! Signing in, the lock, and sessions.

use tracewright::foundation::{Error, Role};
use tracewright::people::AccountId;
use tracewright::people::actions::sign_in::WRONG;

use crate::harness::{DAY, MINUTE, SECOND, on_both};

use super::*;

on_both! {
    async fn five_failures_lock_the_account_and_no_answer_tells_why(t: TestApp) {
        owner(&t).await;
        let mut answers = Vec::new();
        for _ in 0..5 {
            answers.push(refusal(&t, OWNER, "wrong").await);
        }
        answers.push(refusal(&t, OWNER, PASSWORD).await);
        answers.push(refusal(&t, "nobody@example.com", PASSWORD).await);
        answers.push(refusal(&t, "no\0body", "\0").await);
        answers.push(refusal(&t, &"a".repeat(1 << 20), PASSWORD).await);
        assert!(answers.iter().all(|answer| answer == WRONG), "{answers:?}");
        assert_eq!(count(&t, "sign_in.failed.v1").await, 9);
        assert_eq!(count(&t, "sign_in.locked.v1").await, 1);
        t.clock.advance(15 * MINUTE - SECOND);
        assert_eq!(refusal(&t, OWNER, PASSWORD).await, WRONG);
        t.clock.advance(SECOND);
        assert!(t.people.sign_in(OWNER, PASSWORD, &visitor()).await.is_ok());
    }

    async fn a_good_sign_in_starts_the_count_again(t: TestApp) {
        owner(&t).await;
        for _ in 0..2 {
            for _ in 0..4 {
                refusal(&t, OWNER, "wrong").await;
            }
            assert!(t.people.sign_in(OWNER, PASSWORD, &visitor()).await.is_ok());
        }
        assert_eq!(count(&t, "sign_in.locked.v1").await, 0);
    }

    async fn guesses_side_by_side_lock_as_well(t: TestApp) {
        owner(&t).await;
        let visitor = visitor();
        let guesses = (0..8).map(|_| t.people.sign_in(OWNER, "wrong", &visitor));
        let results = futures_util::future::join_all(guesses).await;
        assert!(results.iter().all(Result::is_err));
        assert_eq!(count(&t, "sign_in.failed.v1").await, 8);
        assert_eq!(count(&t, "sign_in.locked.v1").await, 1);
        assert_eq!(refusal(&t, OWNER, PASSWORD).await, WRONG);
    }

    async fn an_address_that_only_guesses_is_slowed_down(t: TestApp) {
        owner(&t).await;
        for _ in 0..30 {
            refusal(&t, "nobody@example.com", "x").await;
        }
        let slowed = t.people.sign_in(OWNER, PASSWORD, &visitor()).await;
        assert!(matches!(slowed, Err(Error::Busy { .. })));
        let elsewhere = Visitor { ip: "198.51.100.1".to_owned(), ..visitor() };
        assert!(t.people.sign_in(OWNER, PASSWORD, &elsewhere).await.is_ok());
        t.clock.advance(MINUTE);
        assert!(t.people.sign_in(OWNER, PASSWORD, &visitor()).await.is_ok());
    }

    async fn a_session_slides_while_used_and_ends_when_not(t: TestApp) {
        owner(&t).await;
        let cookie = t.people.sign_in(OWNER, PASSWORD, &visitor()).await.unwrap().token;
        for _ in 0..3 {
            t.clock.advance(13 * DAY);
            assert!(t.people.authenticate(cookie.expose()).await.unwrap().is_some());
        }
        t.clock.advance(14 * DAY);
        assert!(t.people.authenticate(cookie.expose()).await.unwrap().is_none());
        for nonsense in ["", "\0", &"0".repeat(64), &"z".repeat(1 << 20)] {
            assert!(t.people.authenticate(nonsense).await.unwrap().is_none());
        }
    }

    async fn revoked_and_left_sessions_end_at_once_everywhere(t: TestApp) {
        let who = owner(&t).await;
        let other = t.people.sign_in(OWNER, PASSWORD, &visitor()).await.unwrap();
        let project = who.project;
        let account = AccountId::of(&who);
        let now = t.app.now();
        let lines = t.app.db.read(move |conn| reads::live_sessions(conn, &account, now)).await.unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].project_name, "Plant 7");
        assert_eq!(lines[0].ip, "192.0.2.7");
        t.people.revoke_session(&who, &other.session).await.unwrap();
        assert!(t.other_process().people.authenticate(other.token.expose()).await.unwrap().is_none());
        assert_eq!(count(&t, "session.revoked.v1").await, 1);
        let third = t.people.sign_in(OWNER, PASSWORD, &visitor()).await.unwrap();
        let third = t.people.authenticate(third.token.expose()).await.unwrap().unwrap();
        t.people.sign_out(&third).await.unwrap();
        assert_eq!(count(&t, "session.ended.v1").await, 1);
        assert_eq!(project, third.project);
    }

    async fn nobody_ends_a_strangers_session(t: TestApp) {
        let admin = owner(&t).await;
        create(&t.people, &admin, "tech@example.com", &[Role::Technician]).await;
        let tech = sign_in(&t.people, "tech@example.com", PASSWORD).await;
        let session = admin.actor.session.clone().unwrap();
        let refused = t.people.revoke_session(&tech, &session).await;
        assert!(matches!(refused, Err(Error::NotFound(_))));
        let session = tech.actor.session.clone().unwrap();
        t.people.revoke_session(&admin, &session).await.unwrap();
        assert_eq!(count(&t, "session.revoked.v1").await, 1);
    }

    async fn changing_the_password_asks_for_the_present_one_and_ends_other_sessions(t: TestApp) {
        let who = owner(&t).await;
        let other = t.people.sign_in(OWNER, PASSWORD, &visitor()).await.unwrap();
        let change = |current: &'static str, new: &'static str| {
            let (people, who) = (t.people.clone(), who.clone());
            async move { people.change_password(&who, current, new).await }
        };
        assert_eq!(field(change(PASSWORD, "short").await), "new_password");
        assert_eq!(field(change("wrong", "long enough now").await), "current_password");
        change(PASSWORD, "long enough now").await.unwrap();
        assert!(t.people.authenticate(other.token.expose()).await.unwrap().is_none());
        assert_eq!(refusal(&t, OWNER, PASSWORD).await, WRONG);
        assert!(t.people.sign_in(OWNER, "long enough now", &visitor()).await.is_ok());
    }

    async fn a_password_asked_for_again_counts_failures_too(t: TestApp) {
        let who = owner(&t).await;
        assert!(t.people.confirm_password(&who, PASSWORD).await.unwrap());
        for _ in 0..5 {
            assert!(!t.people.confirm_password(&who, "wrong").await.unwrap());
        }
        assert!(!t.people.confirm_password(&who, PASSWORD).await.unwrap(), "locked");
    }
}

async fn refusal(t: &TestApp, email: &str, password: &str) -> String {
    match t.people.sign_in(email, password, &visitor()).await {
        Err(Error::Refused(text)) => text.into_owned(),
        other => panic!("expected a refusal, got {other:?}"),
    }
}
