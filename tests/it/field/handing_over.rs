//! Work handed over, also that of somebody whose account was disabled.

use actix_web::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tracewright::people::AccountId;
use tracewright::work_orders::actions::create::create;
use tracewright::work_orders::actions::isolation::sign_on;
use tracewright::work_orders::actions::transition::{Move, transition};
use tracewright::work_orders::model::{HoldCode, Plan};

use super::*;
use crate::guards::stage::{give, hire, load};
use crate::harness::http::site;
use crate::harness::{MINUTE, on_both};

fn fields(numbers: &[&str], to: &str, reason: &str) -> String {
    let mut fields: Vec<(&str, &str)> = numbers.iter().map(|number| ("order", *number)).collect();
    fields.extend([("to", to), ("reason", reason)]);
    serde_urlencoded::to_string(fields).unwrap()
}

on_both! {
    async fn what_somebody_left_is_listed_and_handed_over_order_by_order(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let (second_id, second) = second(&t, &work).await;
        let eva = hire(&t, &work.owner, "eva", &[Role::Technician]).await;
        let dana = browser(&t, "dana@example.com").await;
        let owner = browser(&t, "owner@example.com").await;
        saw(&dana.post(&s, &format!("/work-orders/{}/timer/start", work.number), "").await);
        t.clock.advance(7 * MINUTE);
        let page = format!("/people/{}/orders", work.dana.id());
        let disabled = owner.post(&s, &format!("/people/{}/disable", work.dana.id()), "").await;
        assert_eq!(disabled.location(), page, "what they leave is the next thing to look at");
        let listed = owner.get(&s, &page).await.body;
        for words in ["dana: 2 open orders", "Disabled", "Their timer runs on", &work.number, &second, "eva ("] {
            assert!(listed.contains(words), "{words}: {listed}");
        }
        assert!(!listed.contains("value=\"\" checked") && !listed.contains(&format!("value=\"{}\"", work.dana.id())));
        let home = owner.get(&s, "/").await.body;
        assert!(home.contains("Needs somebody") && home.contains(&format!("href=\"{page}\"")), "{home}");
        let bare = owner.post(&s, &page, &fields(&[&work.number], eva.id(), "")).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bare.body.contains("Say why the work changes hands"), "{}", bare.body);
        let done = owner.post(&s, &page, &fields(&[&work.number, &second], eva.id(), "dana has left us")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let first = load(&t, &work.owner, &work.id).await;
        assert!(first.is_assigned_to(eva.id()) && first.gathered.timers.is_empty());
        assert_eq!(first.gathered.labour().into_iter().map(|(_, seconds)| seconds).collect::<Vec<_>>(), [420]);
        assert!(load(&t, &work.owner, &second_id).await.is_assigned_to(eva.id()));
        assert!(owner.get(&s, &page).await.body.contains("No open order is theirs"));
        assert!(!owner.get(&s, "/").await.body.contains("Needs somebody"));
        let history = owner.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(history.contains("assigned it to eva: dana has left us"), "{history}");
        assert!(history.contains("stopped a timer: the work was handed over"), "{history}");
    }

    async fn drafts_that_are_left_out_are_said(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        for at in 0..101 {
            let plan = Plan { title: format!("Begun {at}"), ..Plan::default() };
            create(&t.app, &work.dana, plan, None).await.unwrap();
        }
        let owner = browser(&t, "owner@example.com").await;
        let page = owner.get(&s, &format!("/people/{}/orders", work.dana.id())).await.body;
        assert!(page.contains("more than 100 drafts") && page.contains("These changed last"), "{page}");
    }

    async fn each_order_is_checked_and_the_answer_says_which_was_not_handed_over_and_why(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let (second_id, second) = second(&t, &work).await;
        let eva = hire(&t, &work.owner, "eva", &[Role::Technician]).await;
        let vic = hire(&t, &work.owner, "vic", &[Role::Viewer]).await;
        let owner = browser(&t, "owner@example.com").await;
        let page = format!("/people/{}/orders", work.dana.id());
        let refused = owner.post(&s, &page, &fields(&[&second], vic.id(), "a change of shifts")).await;
        assert!(refused.body.contains("no role that does work here"), "{}", refused.body);
        assert!(refused.body.contains("value=\"a change of shifts\""), "what was typed is kept: {}", refused.body);
        give(&t, &work.owner, &second_id, Some(&work.owner)).await;
        let mixed = owner.post(&s, &page, &fields(&[&work.number, &second], eva.id(), "a change of shifts")).await;
        assert_eq!(mixed.status, StatusCode::CONFLICT);
        for words in ["1 of 2 handed over", "It is not theirs any more: owner has it"] {
            assert!(mixed.body.contains(words), "{words}: {}", mixed.body);
        }
        assert!(load(&t, &work.owner, &work.id).await.is_assigned_to(eva.id()), "the other one is");
        // Only those who may assign hand over; others neither see the page nor post it.
        let eva_page = browser(&t, "eva@example.com").await;
        assert_eq!(eva_page.get(&s, &page).await.status, StatusCode::FORBIDDEN);
        let own = fields(&[&work.number], work.dana.id(), "I have no time");
        assert_eq!(eva_page.post(&s, &format!("/people/{}/orders", eva.id()), &own).await.status, StatusCode::FORBIDDEN);
        let ada = hire(&t, &work.owner, "ada", &[Role::Admin]).await;
        let admin = browser(&t, &format!("{}@example.com", ada.actor.name)).await;
        let seen = admin.get(&s, &format!("/people/{}/orders", eva.id())).await.body;
        assert!(seen.contains("A supervisor hands these over") && !seen.contains("name=\"reason\""), "{seen}");
        assert_eq!(admin.get(&s, "/people/nobody/orders").await.status, StatusCode::NOT_FOUND);
    }

    async fn a_sign_on_stays_until_a_supervisor_signs_them_off_and_a_timer_may_be_stopped_alone(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let owner = browser(&t, "owner@example.com").await;
        let (orders, dana) = (&t.services.orders, browser(&t, "dana@example.com").await);
        let kept = load(&t, &work.owner, &work.id).await.order_type.replace(' ', "+");
        let head = format!("op=head&title=Shaft&type={kept}&priority=high&isolation=yes&reason=it+turns+by+itself");
        saw(&owner.post(&s, &format!("/work-orders/{}/plan", work.number), &head).await);
        sign_on(orders, &work.dana, &work.id).await.unwrap();
        saw(&dana.post(&s, &format!("/work-orders/{}/timer/start", work.number), "").await);
        let page = format!("/people/{}/orders", work.dana.id());
        let listed = owner.get(&s, &page).await.body;
        assert!(listed.contains("still signed on to the isolation") && listed.contains("their timer runs"), "{listed}");
        let stop = format!("/people/{}/timer/stop", work.dana.id());
        assert_eq!(dana.post(&s, &stop, "").await.status, StatusCode::FORBIDDEN, "one's own is stopped on the order");
        saw(&owner.post(&s, &stop, "").await);
        assert_eq!(owner.post(&s, &stop, "").await.status, StatusCode::CONFLICT);
        assert!(load(&t, &work.owner, &work.id).await.gathered.timers.is_empty());
        t.people.disable_account(&work.owner, AccountId(work.dana.id().to_owned())).await.unwrap();
        let eva = hire(&t, &work.owner, "eva", &[Role::Technician]).await;
        let handed = owner.post(&s, &page, &fields(&[&work.number], eva.id(), "dana has left us")).await;
        saw(&handed);
        let flash = header(&handed, "set-cookie").split_once("tw_flash=good.").unwrap().1;
        let flash = URL_SAFE_NO_PAD.decode(flash.split(';').next().unwrap()).unwrap();
        let flash = String::from_utf8(flash).unwrap();
        assert!(flash.contains(&format!("still signed on to the isolation of {}", work.number)), "{flash}");
        let order = load(&t, &work.owner, &work.id).await;
        assert!(order.isolation.of(work.dana.id()).is_some(), "nobody is taken out of an isolation unseen");
        let shown = owner.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(shown.contains("Sign them off"), "{shown}");
        let held = Move { hold: Some(HoldCode::Person), reason: "waits for eva".to_owned(), ..Move::to(Status::OnHold) };
        transition(orders, &work.owner, &work.id, held).await.unwrap();
        t.people.disable_account(&work.owner, AccountId(eva.id().to_owned())).await.unwrap();
        let home = owner.get(&s, "/").await.body;
        assert!(home.contains("aria-label=\"Hand over: ") && !home.contains("aria-label=\"Look: "), "it waits once: {home}");
    }
}
