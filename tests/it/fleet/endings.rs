//! Agents, gates and builds: two known runs show their very figures, on the page and in its file.

use actix_web::http::StatusCode;
use tracewright::foundation::{Asker, ProjectKey};
use tracewright::people::model::{ProjectId, ProjectName};

use super::performance::{body, has, release, take_in};
use super::{CALLS, send};
use crate::harness::http::{Client, site};
use crate::harness::on_both;
use crate::people::owner;
use crate::people::pages::cookie;

const PAGES: [&str; 3] = ["/fleet/agents?range=24h", "/fleet/gates?range=24h", "/fleet/builds?range=24h"];

on_both! {
    async fn a_run_that_failed_at_a_gate_is_a_failed_gate_and_a_failed_build(t: TestApp) {
        let project = owner(&t).await.project;
        take_in(&t, project, &release("3 tests fail")).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        let [agents, gates, builds] = PAGES;
        let page = body(&client, &s, agents).await;
        has(&page, &["Agent performance", "href=\"/traces?agent=releaser&#38;range=24h\"", "gpt-4", "1 of 1", "1 run, and none failed"]);
        let page = body(&client, &s, gates).await;
        has(&page, &["Gate workflow", "2 of 3", "0 of 1", "1 of 3 gates failed", "gate=failed&#38;range=24h&#38;stage=quality_validation"]);
        let page = body(&client, &s, builds).await;
        has(&page, &["Builds", "package_release", "0 of 1", "1 of 1 build failed", "about\u{a0}"]);
        assert_eq!(
            body(&client, &s, "/fleet/gates.csv?range=24h").await.lines().skip(1).collect::<Vec<_>>().len(),
            3,
            "each stage has its gate"
        );
        let file = body(&client, &s, "/fleet/builds.csv?range=24h").await;
        assert!(file.starts_with("name,of,passed,failed,about_p50_s,about_p95_s\r\npackage_release,,0,1,"), "{file}");
        let file = body(&client, &s, "/fleet/agents.csv?range=24h&agent=another").await;
        assert_eq!(file, "name,of,passed,failed,about_p50_s,about_p95_s\r\n");
    }

    async fn a_page_narrows_by_what_it_is_of_and_refuses_an_odd_time(t: TestApp) {
        let project = owner(&t).await.project;
        take_in(&t, project, &release("")).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        for (path, own, other) in [
            (PAGES[0], "agent", "workflow"),
            (PAGES[1], "workflow", "agent"),
            (PAGES[2], "workflow", "agent"),
        ] {
            let narrow = body(&client, &s, &format!("{path}&{own}=another")).await;
            has(&narrow, &["Nothing of that kind in this time", "take the filters away"]);
            let passed_over = body(&client, &s, &format!("{path}&{other}=another")).await;
            assert!(!passed_over.contains("Nothing of that kind"), "{path}");
            let odd = client.get(&s, &path.replace("24h", "8d")).await;
            assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }

    async fn another_project_is_not_seen_and_nothing_says_what_to_send(t: TestApp) {
        let project = owner(&t).await.project;
        let (id, name) = (ProjectId::parse("id", "south").unwrap(), ProjectName::parse("name", "South").unwrap());
        let south = t.people.create_project(&Asker::operator(ProjectKey(0)), id, name).await.unwrap().key;
        take_in(&t, south, &release("")).await;
        let (s, client) = (site(&t).await, Client::browser(Some(&cookie(&t, "owner@example.com").await)));
        for path in PAGES {
            has(&body(&client, &s, path).await, &["Nothing of that kind in this time"]);
            let nobody = Client::browser(None).get(&s, path).await;
            assert!(nobody.location().starts_with("/sign-in"), "{path}: {}", nobody.status);
        }
        send(&t, project, &CALLS[5..6]).await;
        has(&body(&client, &s, PAGES[0]).await, &["No agent can be told from these traces", "agent.id = "]);
        has(&body(&client, &s, PAGES[1]).await, &["No run of a workflow can be told", "workflow.name = "]);
    }
}
