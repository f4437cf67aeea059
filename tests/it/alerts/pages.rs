//! The page of alerts, the number beside Fleet, and the strips on other pages.

use actix_web::http::StatusCode;
use tracewright::alerts::model::Rule;
use tracewright::foundation::Role;

use super::{Span, look, of, pass, send, slow_stage};
use crate::guards::stage::{hire, owner};
use crate::harness::http::{Client, Site, site};
use crate::harness::{MINUTE, START, on_both};
use crate::people::pages::cookie;

const RULE: Rule = Rule::SlowWorkflowStage;

async fn page(client: &Client, site: &Site, path: &str) -> String {
    let answer = client.get(site, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}

fn place(text: &str, words: &str) -> usize {
    text.find(words).unwrap_or_else(|| panic!("no {words:?} in {text}"))
}

on_both! {
    async fn all_seven_stand_there_and_what_fires_stands_first_and_on_other_pages(t: TestApp) {
        let boss = owner(&t).await;
        hire(&t, &boss, "vera", &[Role::Viewer]).await;
        slow_stage(&t, boss.project).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let waiting = page(&client, &s, "/fleet/alerts").await;
        for rule in Rule::ALL {
            place(&waiting, rule.as_str());
        }
        let expected = ["1 pending", "must last 10\u{a0}min before it fires", "5\u{a0}min 1\u{a0}s",
            "fires above 5\u{a0}min", "No alert fired yet", "I take it"];
        for words in expected {
            place(&waiting, words);
        }
        assert!(!waiting.contains("<b class=\"firing\""), "nothing fires yet");
        pass(&t, 11).await;
        let firing = page(&client, &s, "/fleet/alerts").await;
        assert!(place(&firing, "stage publish") < place(&firing, "TokenBudgetExceeded"), "what fires stands first");
        for words in ["1 firing", "<b class=\"firing\">1", "What happened", "95\u{a0}% of 10 runs of stage publish"] {
            place(&firing, words);
        }
        for path in ["/fleet", "/"] {
            let text = page(&client, &s, path).await;
            assert!(text.contains("Alerts that fire") && text.contains("SlowWorkflowStage"), "{path}: {text}");
        }
        let vera = Client::browser(Some(&cookie(&t, "vera@example.com").await));
        let read = page(&vera, &s, "/fleet/alerts").await;
        assert!(!read.contains("I take it") && !read.contains("Silence…"), "{read}");
    }

    async fn what_was_not_looked_at_is_not_fine(t: TestApp) {
        let boss = owner(&t).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let asleep = page(&client, &s, "/fleet/alerts").await;
        assert!(asleep.contains("No trace came in the last 7 days") && !asleep.contains(">Fine<"), "{asleep}");
        send(&t, boss.project, &[Span::new(1, START)]).await;
        look(&t.app).await;
        assert!(page(&client, &s, "/fleet/alerts").await.contains(">Fine<"));
        t.clock.advance(11 * MINUTE);
        let late = page(&client, &s, "/fleet/alerts").await;
        assert!(late.contains("11 min ago") && late.contains("alert-late") && !late.contains(">Fine<"), "{late}");
    }

    async fn it_is_taken_silenced_and_spoken_for_by_forms(t: TestApp) {
        let boss = owner(&t).await;
        hire(&t, &boss, "dana", &[Role::Technician]).await;
        slow_stage(&t, boss.project).await;
        let id = of(&t, boss.project, RULE).await.id;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let dana = Client::browser(Some(&cookie(&t, "dana@example.com").await));
        let at = |act: &str| format!("/fleet/alerts/{id}/{act}");
        for act in ["take", "give-back", "silence", "speak"] {
            assert_eq!(dana.post(&s, &at(act), "end=hour&reason=x").await.status, StatusCode::FORBIDDEN, "{act}");
        }
        let taken = client.post(&s, &at("take"), "").await;
        assert_eq!((taken.status, taken.location()), (StatusCode::SEE_OTHER, format!("/fleet/alerts#alert-{id}").as_str()));
        let text = page(&client, &s, "/fleet/alerts").await;
        assert!(text.contains("taken by <b>") && text.contains("Undo"), "{text}");
        assert_eq!(client.post(&s, &at("give-back"), "").await.status, StatusCode::SEE_OTHER);
        assert!(page(&client, &s, "/fleet/alerts").await.contains("I take it"));

        let form = page(&client, &s, &format!("/fleet/alerts?silence={id}")).await;
        assert!(form.contains("Silence SlowWorkflowStage") && form.contains("until tomorrow 06:00"), "{form}");
        for wrong in ["end=hour&reason=+", "end=ever&reason=known", "reason=known"] {
            assert_eq!(client.post(&s, &at("silence"), wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        assert_eq!(client.post(&s, &at("silence"), "end=hours&reason=moving+%3Cb%3E").await.status, StatusCode::SEE_OTHER);
        let text = page(&client, &s, "/fleet/alerts").await;
        assert!(text.contains("1 silenced") && text.contains("End silence") && !text.contains("moving <b>"), "{text}");
        assert_eq!(client.post(&s, &at("speak"), "").await.status, StatusCode::SEE_OTHER);
        assert!(page(&client, &s, "/fleet/alerts").await.contains("1 pending"));
        assert_eq!(client.post(&s, "/fleet/alerts/none/take", "").await.status, StatusCode::NOT_FOUND);
    }

    async fn the_runbook_opens_at_the_section_of_each_rule(t: TestApp) {
        owner(&t).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let alerts = page(&client, &s, "/fleet/alerts").await;
        let runbook = page(&client, &s, "/fleet/alerts/runbook").await;
        for rule in Rule::ALL {
            place(&alerts, &format!("/fleet/alerts/runbook#{}", rule.anchor()));
            place(&runbook, &format!("id=\"{}\"", rule.anchor()));
        }
    }
}
