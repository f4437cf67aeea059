//! The page of budgets: what it says, who may change what stands there, and that its links lead somewhere.

use actix_web::http::StatusCode;
use tracewright::budgets::model::{Period, Scope, Unit};
use tracewright::foundation::Role;

use super::{CALL, Call, about, hold, release, send, standings, up_to};
use crate::guards::stage::{hire, owner};
use crate::harness::http::{Client, Site, site};
use crate::harness::{START, on_both};
use crate::people::pages::cookie;

const HOUR: i64 = 3_600_000_000;

async fn page(client: &Client, site: &Site, path: &str) -> String {
    let answer = client.get(site, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}

fn place(text: &str, words: &str) -> usize {
    text.find(words).unwrap_or_else(|| panic!("no {words:?} in {text}"))
}

on_both! {
    async fn a_release_is_told_as_it_stands(t: TestApp) {
        let boss = owner(&t).await;
        release(&t, &boss).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let all = page(&client, &s, "/fleet/budgets").await;
        for words in [
            "1\u{202f}122\u{a0}tokens left",
            "826\u{a0}tokens left",
            "1\u{202f}228\u{a0}tokens left",
            "persona · 2\u{202f}000\u{a0}tokens in all",
            "3 budgets · none used up",
            "not predicted before 3 days",
            "only tells",
        ] {
            assert!(all.contains(words), "{words}: {all}");
        }
    }

    async fn what_is_used_up_stands_first_and_its_figures_lead_to_traces(t: TestApp) {
        let boss = owner(&t).await;
        let call = Call { agent: "desk", persona: "planner", cost: "2", at: START.plus_micros(-HOUR), ..CALL };
        send(&t, boss.project, &[Call { id: 1, tokens: 100, ..call }, Call { id: 2, cost: "", tokens: 50, ..call }]).await;
        hold(&t, &boss, about(Scope::Agent, "desk", Unit::Money, Period::Day), up_to(8_000_000_000)).await;
        let over = hold(&t, &boss, about(Scope::Persona, "planner", Unit::Tokens, Period::Day), up_to(140)).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let all = page(&client, &s, "/fleet/budgets").await;
        assert!(place(&all, "over by 10\u{a0}tokens") < place(&all, "$6.00 left"), "{all}");
        for words in ["2 budgets · 1 used up", "107.1\u{a0}%", "used up, anew", "1 call without a price is not in it", "25\u{a0}%"] {
            assert!(all.contains(words), "{words}: {all}");
        }
        assert!(!all.contains("As a table"), "nothing is chosen");
        let one = page(&client, &s, &format!("/fleet/budgets?budget={over}")).await;
        for words in ["Most was used on Sat 21 Nov: 150\u{a0}tokens. 1 of 30 days was over the budget.", "set to 140\u{a0}tokens a day", "for the test", "As a table", "Not predicted before 3 days"] {
            assert!(one.contains(words), "{words}: {one}");
        }
        let links = one.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let lists: Vec<&str> = links.filter(|href| href.starts_with("/traces?")).collect();
        assert!(lists.len() > 60, "each day stands in the chart and in the table: {}", lists.len());
        for href in [lists[0], lists[lists.len() - 1]] {
            page(&client, &s, &href.replace("&#38;", "&")).await;
        }
        let gone = client.get(&s, "/fleet/budgets?budget=none").await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
    }

    async fn supervisors_set_change_and_end_them_and_others_read(t: TestApp) {
        let boss = owner(&t).await;
        hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        hire(&t, &boss, "vera", &[Role::Viewer]).await;
        let s = site(&t).await;
        let sam = Client::browser(Some(&cookie(&t, "sam@example.com").await));
        let vera = Client::browser(Some(&cookie(&t, "vera@example.com").await));
        let empty = page(&vera, &s, "/fleet/budgets").await;
        assert!(empty.contains("No budget is set") && !empty.contains("New budget…"), "{empty}");
        assert!(page(&sam, &s, "/fleet/budgets").await.contains("New budget…"));

        let form = "scope=agent&name=maintenance&unit=money&amount=14&period=day&zone=UTC&warn_at=75%2C+100\
                    &at_end=refuses&already_used=&reason=pilot";
        assert_eq!(vera.post(&s, "/fleet/budgets/new", form).await.status, StatusCode::FORBIDDEN);
        let wrong = sam.post(&s, "/fleet/budgets/new", &form.replace("amount=14", "amount=0")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in [
            "id=\"new-budget\" open",
            "id=\"fault-new-amount\"",
            "value=\"maintenance\"",
            "value=\"0\"",
            "value=\"75, 100\"",
            "value=\"pilot\"",
            "<option value=\"agent\" selected>",
            "<option value=\"money\" selected>",
            "<option value=\"refuses\" selected>",
        ] {
            assert!(wrong.body.contains(words), "{words}: what was typed is kept: {}", wrong.body);
        }
        assert!(!page(&sam, &s, "/fleet/budgets").await.contains("id=\"new-budget\" open"), "it begins folded");
        let set = sam.post(&s, "/fleet/budgets/new", form).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
        let place = set.location().to_owned();
        let twice = sam.post(&s, "/fleet/budgets/new", form).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        let fault = twice.body.split("id=\"fault-new-name\"").nth(1).unwrap_or_else(|| panic!("{}", twice.body));
        assert!(fault.contains("There is one for maintenance"), "the fault stands at its field: {fault}");

        let id = standings(&t, boss.project, t.app.now()).await[0].budget.id.clone();
        assert_eq!(place, format!("/fleet/budgets?budget={id}"));
        let change = format!("/fleet/budgets/{id}/change");
        let raised = "amount=16&warn_at=75%2C+100&at_end=refuses&seen=1&reason=quarterly+grease+round";
        assert_eq!(vera.post(&s, &change, raised).await.status, StatusCode::FORBIDDEN);
        for (typed, field) in [
            (raised.replace("16", "few"), "amount"),
            (raised.replace("75%2C", "most"), "warn"),
            (raised.replace("quarterly+grease+round", "+"), "reason"),
        ] {
            let refused = sam.post(&s, &change, &typed).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
            let body = refused.body;
            assert!(body.contains("id=\"change\" open") && body.contains(&format!("fault-change-{field}")), "{field}: {body}");
            assert!(body.contains("value=\"refuses\" selected"), "what was chosen is kept: {body}");
        }
        let typed = sam.post(&s, &change, &raised.replace("75%2C", "most").replace("16", "17")).await.body;
        assert!(typed.contains("value=\"17\"") && typed.contains("name=\"seen\" value=\"1\""), "what was typed is kept: {typed}");
        assert_eq!(sam.post(&s, &change, raised).await.location(), place);
        assert_eq!(sam.post(&s, &change, &raised.replace("16", "17")).await.status, StatusCode::CONFLICT);
        let one = page(&vera, &s, &place).await;
        assert!(one.contains("changed from $14.00 to $16.00") && one.contains("quarterly grease round"), "{one}");
        assert!(one.contains("the gateway refuses its calls"), "{one}");
        assert!(!one.contains("Change it") && !one.contains("/ledger/"), "{one}");
        let open = page(&sam, &s, &format!("{place}&change=1")).await;
        assert!(open.contains("id=\"change\" open") && open.contains("value=\"16.00\""), "{open}");
        let ends = ["When it is used up, the gateway refuses its calls", "the gateway lets no further call of it through"];
        assert!(ends.iter().all(|words| open.contains(words)), "the gateway asks budgets: {open}");

        let end = format!("/fleet/budgets/{id}/end");
        let mute = sam.post(&s, &end, "reason=+").await;
        assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(mute.body.contains("id=\"end\" open") && mute.body.contains("fault-end-reason"), "{}", mute.body);
        assert_eq!(sam.post(&s, &end, "reason=over").await.location(), "/fleet/budgets");
        assert!(page(&sam, &s, "/fleet/budgets").await.contains("No budget is set"));
        let ended = page(&sam, &s, &place).await;
        assert!(ended.contains("It has ended") && !ended.contains("Change it"), "{ended}");
    }
}
