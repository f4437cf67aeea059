//! The pages of the fleet, and the lists of traces that their figures lead to.

use actix_web::http::StatusCode;
use actix_web::web::block;
use tracewright::foundation::{Actor, Role};
use tracewright::traces::recount;

use super::{CALLS, send, sum_up};
use crate::guards::stage::hire;
use crate::harness::http::{Client, Site, site};
use crate::harness::on_both;
use crate::people::owner;
use crate::people::pages::cookie;

/// What has no room for words: files, and shapes that programs know.
const FILES: [&str; 7] = [
    "/fleet/costs.csv",
    "/fleet/personas.csv",
    "/fleet/workflows.csv",
    "/fleet/builds.csv",
    "/api/v1/costs/agents/desk?format=json",
    "/api/v1/costs/tenants/acme?format=json",
    "/api/v1/costs/agents/desk?format=csv",
];

pub async fn page(client: &Client, site: &Site, path: &str) -> String {
    let answer = client.get(site, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.body
}

/// Which of the calls stand in a list.
pub async fn listed(client: &Client, site: &Site, path: &str) -> Vec<u64> {
    let list = page(client, site, path).await;
    CALLS.iter().map(|call| call.id).filter(|id| list.contains(&format!("call-{id}"))).collect()
}

/// What the links of a page say of the addresses that begin so.
pub fn links<'p>(page: &'p str, begin: &str) -> Vec<&'p str> {
    page.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with(begin))
        .collect()
}

on_both! {
    async fn the_first_page_says_what_the_rows_say(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        sum_up(&t).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let fleet = page(&client, &s, "/fleet?range=24h").await;
        for words in [
            "<b>7</b>",
            "<b>$1.86</b>",
            "<b>7.0 s</b>",
            "<b>14.2\u{a0}%</b>",
            "2 calls name no agent, so nobody answers for them",
            "1 call names no tenant, so no tenant pays for them",
            "Most was spent on 21 Nov: $1.86.",
            "None given",
            "25\u{a0}% of 4",
            "desk",
            "clerk",
        ] {
            assert!(fleet.contains(words), "{words}: {fleet}");
        }
        assert!(!fleet.contains("$0.00"), "what has no price is a dash: {fleet}");
        let clerk = page(&client, &s, "/fleet?range=24h&agent=clerk").await;
        assert!(clerk.contains("<b>1</b>") && clerk.contains("<b>–</b>"), "{clerk}");
        let odd = client.get(&s, "/fleet?range=8d").await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn every_figure_leads_to_its_traces(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        for (path, expected) in [
            ("/traces?lacks=agent&range=24h", vec![4, 6]),
            ("/traces?lacks=tenant&range=24h", vec![6]),
            ("/traces?lacks=session&range=24h&agent=desk", vec![2, 5, 8]),
            ("/traces?agent=desk&range=24h", vec![1, 2, 5, 8]),
            ("/traces?agent=clerk&range=24h&sort=cost", vec![3]),
            ("/traces?agent=desk&errors=1&range=24h", vec![5]),
            ("/traces?persona=x&range=24h", vec![]),
        ] {
            let listed = listed(&client, &s, path).await;
            assert_eq!(listed, expected, "{path}");
        }
        assert_eq!(client.get(&s, "/traces?lacks=name").await.status, StatusCode::BAD_REQUEST);
        for path in ["/fleet?range=24h", "/fleet/costs?range=90d", "/fleet/identity"] {
            let fleet = page(&client, &s, path).await;
            let lists = links(&fleet, "/traces?");
            assert!(lists.len() > 5, "{path}: {lists:?}");
            for href in lists {
                page(&client, &s, &href.replace("&#38;", "&")).await;
            }
        }
    }

    async fn identity_tells_which_calls_do_not_say_whose_they_are(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let identity = page(&client, &s, "/fleet/identity").await;
        for words in ["<b>71.4\u{a0}%</b>", "2 do not", "<b>85.7\u{a0}%</b>", "1 do not", "6 do not", "None given"] {
            assert!(identity.contains(words), "{words}: {identity}");
        }
    }

    async fn costs_are_a_page_and_a_file(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let costs = page(&client, &s, "/fleet/costs").await;
        assert!(costs.contains("acme-own-7") && costs.contains("2 calls without a price"), "{costs}");
        let file = page(&client, &s, "/fleet/costs.csv?tenant=south").await;
        assert_eq!(
            file,
            "day,model,agent,tenant,invocations,input_tokens,output_tokens,cost\r\n\
             2026-11-21,acme-own-7,desk,south,1,4,0,0.250000000\r\n"
        );
    }

    async fn nothing_is_said_of_nothing_and_what_a_client_must_send_is_shown(t: TestApp) {
        let boss = owner(&t).await;
        hire(&t, &boss, "vera", &[Role::Viewer]).await;
        let (s, vera) = (site(&t).await, Client::browser(Some(&cookie(&t, "vera@example.com").await)));
        for path in ["/fleet", "/fleet/costs", "/fleet/identity"] {
            assert!(page(&vera, &s, path).await.contains("No call of a model in this time"), "{path}");
            let nobody = Client::browser(None).get(&s, path).await;
            assert!(nobody.location().starts_with("/sign-in"), "{path}: {}", nobody.status);
        }
        send(&t, boss.project, &CALLS[5..6]).await;
        let fleet = page(&vera, &s, "/fleet").await;
        assert!(fleet.contains("No agent can be told from these traces") && fleet.contains("agent.id = "), "{fleet}");
        assert!(!fleet.contains("answers for them"), "{fleet}");
    }

    async fn pages_say_while_older_traces_are_still_being_counted(t: TestApp) {
        let project = owner(&t).await.project;
        send(&t, project, &CALLS).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let summed = ["/fleet", "/fleet/costs", "/fleet/identity", "/fleet/agent?name=desk", "/fleet/personas", "/fleet/workflows", "/fleet/agents"];
        t.app.db.write(&Actor::system(), recount::begin_anew).await.unwrap();
        for path in summed {
            assert!(page(&client, &s, path).await.contains("still being counted"), "{path}");
        }
        for path in FILES {
            let file = client.get(&s, path).await;
            let says = file.headers.contains_key("x-tracewright-incomplete");
            assert!(file.status == StatusCode::OK && says, "{path}: {} {:?}", file.status, file.headers);
        }
        let db = t.app.db.clone();
        block(move || recount::finish(&db)).await.unwrap().unwrap();
        for path in summed {
            assert!(!page(&client, &s, path).await.contains("still being counted"), "{path}");
        }
        for path in FILES {
            assert!(!client.get(&s, path).await.headers.contains_key("x-tracewright-incomplete"), "{path}");
        }
    }
}
