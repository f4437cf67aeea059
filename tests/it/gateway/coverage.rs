//! Coverage in its three states: nobody counts, below the goal, fine; by the gateway and by an export.

use actix_web::http::{Method, StatusCode};
use serde_json::{Value, json};
use tracewright::foundation::Asker;
use tracewright::people::actions::create_api_key::NewApiKey;
use tracewright::people::model::{KeyLabel, Scopes};

use super::upstream::{Say, Upstream};
use super::{CHAT, ask, chat_answer, keep, question, whole, with_upstream};
use crate::harness::http::{Answer, Client, Site, site};
use crate::harness::{TestApp, on_both};
use crate::people::owner;
use crate::people::pages::cookie;

const BOUNDARY: &str = "the-end-of-a-part";

/// The owner's browser, and the key pair of a program in the same project.
async fn people(t: &TestApp) -> (Client, String) {
    let admin = owner(t).await;
    let new = NewApiKey {
        label: KeyLabel::parse("label", "program").unwrap(),
        scopes: Scopes::all(),
        account: None,
        expires_at: None,
        pair: None,
    };
    let key = t.people.create_api_key(&Asker::operator(admin.project), new).await.unwrap();
    let pair = format!("{}:{}", key.public.as_str(), key.secret.expose());
    (Client::browser(Some(&cookie(t, "owner@example.com").await)), pair)
}

/// Brings a file in as the form does.
async fn bring(client: &Client, site: &Site, text: &str) -> Answer {
    let body = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"provider\"\r\n\r\nopenai\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"usage.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{text}\r\n--{BOUNDARY}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    client.send_body(site, Method::POST, "/fleet/coverage", &kind, body.into_bytes()).await
}

async fn told(client: &Client, site: &Site) -> (Value, String) {
    let by_api = client.get(site, "/api/v1/coverage").await;
    assert_eq!(by_api.status, StatusCode::OK, "{}", by_api.body);
    let page = client.get(site, "/fleet/coverage").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    (serde_json::from_str(&by_api.body).unwrap(), page.body)
}

on_both! {
    async fn a_share_is_told_only_where_somebody_counts(t: TestApp) {
        let ((client, pair), upstream) = (people(&t).await, Upstream::start());
        let (s, services) = (site(&t).await, with_upstream(&t, &upstream));
        let (api, page) = told(&client, &s).await;
        assert_eq!((&api["state"], api.get("traced_per_mille")), (&json!("unknown"), None), "{api}");
        assert!(page.contains("no counter connected") && !page.contains("100\u{a0}%"), "{page}");

        // The gateway counts its own.
        upstream.say(Say::Json(200, chat_answer()));
        let response = ask(&services, CHAT, &[("x-tracewright-key", &pair)], &question()).await;
        assert_eq!(whole(response).await, 200);
        keep(&services).await;
        let (api, page) = told(&client, &s).await;
        assert_eq!((&api["state"], &api["traced_per_mille"]), (&json!("fine"), &json!(1000)), "{api}");
        assert_eq!(api["days"][0]["model"], "gpt-4o-2024-08-06", "{api}");
        assert!(page.contains("Every billed call is traced."), "{page}");

        // The provider counts what went past it too.
        let export = "start_time_iso,num_model_requests,model,output_tokens,moon phase\n\
                      2026-11-21T00:00:00+00:00,4,gpt-4o-2024-08-06,20,full\n";
        let brought = bring(&client, &s, export).await;
        assert_eq!(brought.status, StatusCode::SEE_OTHER, "{}", brought.body);
        for _ in 0..2 {
            let (api, page) = told(&client, &s).await;
            assert_eq!((&api["state"], &api["traced_per_mille"]), (&json!("below"), &json!(250)), "{api}");
            assert_eq!((&api["billed_calls"], &api["traced_calls"]), (&json!(4), &json!(1)), "{api}");
            assert_eq!(api["days"][0]["counted_by"], "export", "{api}");
            assert!(page.contains("3 calls were billed and are not traced."), "{page}");
            assert!(page.contains("5 of 20"), "{page}");
            // Brought in once more, it is the same.
            assert_eq!(bring(&client, &s, export).await.status, StatusCode::SEE_OTHER);
        }
    }

    async fn a_file_that_cannot_be_read_is_refused_with_the_reason(t: TestApp) {
        let ((client, _), s) = (people(&t).await, site(&t).await);
        let refused = bring(&client, &s, "day,model,calls\nsoon,m,1\n").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("line 2") || refused.body.contains("Line 2"), "{}", refused.body);
        assert_eq!(told(&client, &s).await.0["state"], "unknown");
    }

    async fn a_counter_that_counted_nothing_is_connected_and_a_failed_call_stands_for_none(t: TestApp) {
        let ((client, pair), upstream) = (people(&t).await, Upstream::start());
        let (s, services) = (site(&t).await, with_upstream(&t, &upstream));
        upstream.say(Say::Json(500, json!({"error": {"message": "not now"}})));
        let response = ask(&services, CHAT, &[("x-tracewright-key", &pair)], &question()).await;
        assert_eq!(response.status(), 500);
        keep(&services).await;
        let (api, page) = told(&client, &s).await;
        assert_eq!(api["state"], "unknown", "{api}");
        assert!(page.contains("No call was billed in this time"), "{page}");
        assert!(!page.to_lowercase().contains("no counter connected"), "{page}");

        let tokens = "day,model,output_tokens\n2026-11-21,gpt-4o,20\n";
        assert_eq!(bring(&client, &s, tokens).await.status, StatusCode::SEE_OTHER);
        let (api, page) = told(&client, &s).await;
        assert_eq!(api["state"], "unknown", "{api}");
        assert!(page.contains("counts tokens, and nobody counts calls"), "{page}");

        // One call was billed, and the only one that is traced is the one that failed.
        assert_eq!(bring(&client, &s, "day,model,calls\n2026-11-21,gpt-4o,1\n").await.status, StatusCode::SEE_OTHER);
        let (api, _) = told(&client, &s).await;
        assert_eq!((&api["state"], &api["billed_calls"], &api["traced_calls"]), (&json!("below"), &json!(1), &json!(0)), "{api}");
    }

    async fn the_file_of_another_provider_is_refused(t: TestApp) {
        let ((client, _), s) = (people(&t).await, site(&t).await);
        let theirs = "usage_date_utc,model_version,usage_output_tokens\n2026-11-21,claude-sonnet-4-5,5\n";
        let refused = bring(&client, &s, theirs).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("an export of Anthropic, and OpenAI was chosen"), "{}", refused.body);
        assert!(told(&client, &s).await.0["days"].as_array().unwrap().is_empty());
    }
}
