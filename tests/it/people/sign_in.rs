//! Signing in, the lock, and sessions.

use tracewright::foundation::{Error, Role};
use tracewright::people::AccountId;
use tracewright::people::actions::sign_in::WRONG;

use crate::harness::{DAY, MINUTE, SECOND, on_both};

use super::*;

on_both! {
    async fn five_failures_close_the_place_and_no_answer_tells_why(t: TestApp) {
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
        assert_eq!(count(&t, "sign_in.failed.v1").await, 5, "addresses that nobody has are counted, not told");
        assert_eq!(count(&t, "sign_in.locked.v1").await, 1);
        t.clock.advance(30 * SECOND - 1);
        assert_eq!(refusal(&t, OWNER, PASSWORD).await, WRONG);
        t.clock.advance(1);
        assert_eq!(refusal(&t, OWNER, "wrong").await, WRONG);
        t.clock.advance(MINUTE - 1);
        assert_eq!(refusal(&t, OWNER, PASSWORD).await, WRONG, "each further one waits longer");
        t.clock.advance(1);
        assert!(t.people.sign_in(OWNER, PASSWORD, &visitor()).await.is_ok());
    }

    async fn the_addresses_of_one_network_are_one_place(t: TestApp) {
        owner(&t).await;
        let from = |ip: &str| Visitor { ip: ip.to_owned(), ..visitor() };
        for n in 1..=6 {
            let _ = t.people.sign_in(OWNER, "wrong", &from(&format!("2001:db8:1:2::{n}"))).await;
        }
        assert!(t.people.sign_in(OWNER, PASSWORD, &from("2001:db8:1:2:ffff::9")).await.is_err(), "the same /64");
        assert!(t.people.sign_in(OWNER, PASSWORD, &from("2001:db8:1:3::1")).await.is_ok(), "another one");
        for _ in 0..6 {
            let _ = t.people.sign_in(OWNER, "wrong", &from("::ffff:198.51.100.7")).await;
        }
        assert!(t.people.sign_in(OWNER, PASSWORD, &from("198.51.100.7")).await.is_err(), "one address written in two ways");
    }

    async fn guesses_side_by_side_in_a_session_close_it_for_the_right_one_too(t: TestApp) {
        let t = t.at_full_cost();
        let who = owner(&t).await;
        let guesses = (0..12).map(|n| {
            let guess = if n == 11 { PASSWORD.to_owned() } else { format!("wrong {n}") };
            let (people, who) = (t.people.clone(), who.clone());
            async move { people.confirm_password(&who, &guess).await.unwrap() }
        });
        let answers = futures_util::future::join_all(guesses).await;
        assert!(answers.iter().all(|is_right| !is_right), "{answers:?}");
    }

    async fn strangers_keep_nobody_out_and_fill_no_ledger(t: TestApp) {
        owner(&t).await;
        for n in 0..40 {
            let stranger = Visitor { ip: format!("198.51.100.{}", n % 4), ..visitor() };
            for _ in 0..5 {
                let _ = t.people.sign_in(OWNER, "wrong", &stranger).await;
                let _ = t.people.sign_in("nobody@example.com", "wrong", &stranger).await;
            }
            t.clock.advance(20 * MINUTE);
        }
        assert!(count(&t, "sign_in.failed.v1").await <= 5 + 8, "told by doublings");
        assert!(t.people.sign_in(OWNER, PASSWORD, &visitor()).await.is_ok(), "from another address");
    }

    async fn a_known_device_gets_in_from_the_very_address_that_guesses(t: TestApp) {
        owner(&t).await;
        let device = t.people.sign_in(OWNER, PASSWORD, &visitor()).await.unwrap().device;
        for _ in 0..8 {
            refusal(&t, OWNER, "wrong").await;
        }
        assert_eq!(refusal(&t, OWNER, PASSWORD).await, WRONG, "a new device there waits");
        let known = Visitor { device: Some(device), ..visitor() };
        assert!(t.people.sign_in(OWNER, PASSWORD, &known).await.is_ok());
        let made_up = Visitor { device: Some(tracewright::people::secrets::Token::generate()), ..visitor() };
        for _ in 0..8 {
            let _ = t.people.sign_in(OWNER, "wrong", &made_up).await;
        }
        assert!(t.people.sign_in(OWNER, PASSWORD, &made_up).await.is_err(), "a made-up device is none");
    }

    async fn an_address_that_nobody_has_waits_like_any_other(t: TestApp) {
        owner(&t).await;
        for who in [OWNER, "nobody@example.com"] {
            for _ in 0..7 {
                refusal(&t, who, "wrong").await;
            }
        }
        let elsewhere = Visitor { ip: "198.51.100.1".to_owned(), ..visitor() };
        assert!(t.people.sign_in(OWNER, PASSWORD, &elsewhere).await.is_ok());
        let since = t.app.now().plus_micros(-DAY);
        let unknown = t.app.db.read(move |conn| reads::unknown_sign_ins(conn, since)).await.unwrap();
        assert_eq!(unknown, 5, "the two that waited were not looked at");
    }

    async fn sixty_at_once_are_all_answered_and_somebody_elsewhere_with_them(t: TestApp) {
        owner(&t).await;
        let visitor = visitor();
        let flood: Vec<String> = (0..60).map(|n| format!("n{n}@example.com")).collect();
        let guesses = futures_util::future::join_all(flood.iter().map(|who| t.people.sign_in(who, "wrong", &visitor)));
        let somebody = t.people.sign_in(OWNER, PASSWORD, &visitor);
        let (guessed, entered) = futures_util::future::join(guesses, somebody).await;
        assert!(entered.is_ok(), "{entered:?}");
        assert!(guessed.iter().all(|it| matches!(it, Err(Error::Refused(_)))), "none was turned away as busy");
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
        let t = t.at_full_cost();
        owner(&t).await;
        let visitor = visitor();
        let guesses = (0..8).map(|_| t.people.sign_in(OWNER, "wrong", &visitor));
        let results = futures_util::future::join_all(guesses).await;
        assert!(results.iter().all(Result::is_err));
        assert_eq!(count(&t, "sign_in.failed.v1").await, 6, "the first five and the eighth");
        assert_eq!(count(&t, "sign_in.locked.v1").await, 1);
        assert_eq!(refusal(&t, OWNER, PASSWORD).await, WRONG);
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
