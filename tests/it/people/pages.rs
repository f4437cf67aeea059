//! The pages and the layer that knows who stands behind a request.

use actix_web::http::StatusCode;
use tracewright::foundation::{Asker, Role};
use tracewright::people::actions::create_api_key::{CreatedKey, NewApiKey};
use tracewright::people::auth::COOKIE;
use tracewright::people::model::{KeyLabel, Scope, Scopes};

use crate::harness::http::{Client, site};
use crate::harness::on_both;

use super::*;

on_both! {
    async fn signing_in_and_out_through_the_form(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let browser = Client::browser(None);
        let asked = browser.get(&s, "/people?x=1").await;
        assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fpeople%3Fx%3D1"));
        let page = browser.get(&s, asked.location()).await;
        assert!(page.body.contains(r#"name="next" value="/people?x=1""#), "{}", page.body);
        let wrong = browser.post(&s, "/sign-in", "email=owner%40example.com&password=no").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert!(wrong.body.contains(r#"value="owner@example.com""#) && wrong.body.contains("role=\"alert\""));
        let form = format!("email={OWNER}&password={PASSWORD}&next=//evil.example&unknown=1");
        let entered = browser.post(&s, "/sign-in", &form.replace(' ', "+")).await;
        assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/"));
        let set = entered.headers.get("set-cookie").unwrap().to_str().unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && !set.contains("Secure"), "{set}");
        let signed_in = Client::browser(Some(&entered.cookie(COOKIE).unwrap()));
        assert_eq!(signed_in.get(&s, "/people").await.status, StatusCode::OK);
        assert_eq!(signed_in.get(&s, "/sign-in?next=/people").await.location(), "/people");
        let left = signed_in.post(&s, "/sign-out", "").await;
        assert_eq!((left.status, left.location()), (StatusCode::SEE_OTHER, "/sign-in"));
        assert!(signed_in.get(&s, "/people").await.location().starts_with("/sign-in"));
    }

    async fn another_sites_form_is_refused_with_the_cookie_and_all(t: TestApp) {
        owner(&t).await;
        let cookie = cookie(&t, OWNER).await;
        let s = site(&t).await;
        let mut browser = Client::browser(Some(&cookie));
        browser.origin = Some("https://evil.example".to_owned());
        let answer = browser.post(&s, "/account/sessions/revoke-others", "").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }

    async fn the_first_owner_is_set_up_in_the_browser(t: TestApp) {
        let s = site(&t).await;
        let browser = Client::browser(None);
        assert!(browser.get(&s, "/sign-in").await.body.contains("set-up link"));
        assert_eq!(browser.get(&s, "/setup/guess").await.status, StatusCode::CONFLICT);
        let path = format!("/setup/{}", t.people.set_up_link().await.unwrap().unwrap().expose());
        assert!(browser.get(&s, &path).await.body.contains("Set up Tracewright"));
        let bad = browser.post(&s, &path, "project=&name=%3Cb%3EAnn&email=x&password=short&password_again=short").await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["project", "email", "password"] {
            assert!(bad.body.contains(&format!("id=\"fault-{field}\"")), "{field}: {}", bad.body);
        }
        assert!(bad.body.contains("&#60;b&#62;Ann") && !bad.body.contains("<b>Ann"), "escaped and kept");
        let differ = browser.post(&s, &path, "password=one+long+one&password_again=two+long+ones").await;
        assert!(differ.body.contains("fault-password_again"));
        let good = "project=North&name=Ann&email=ann%40example.com&password=eight888&password_again=eight888";
        let entered = browser.post(&s, &path, good).await;
        assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/"));
        let ann = Client::browser(Some(&entered.cookie(COOKIE).unwrap()));
        assert_eq!(ann.get(&s, "/people").await.status, StatusCode::OK);
        assert_eq!(browser.get(&s, &path).await.status, StatusCode::CONFLICT);
    }

    async fn an_admin_manages_people_on_their_page(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let admin = Client::browser(Some(&cookie(&t, OWNER).await));
        let bad = admin.post(&s, "/people", "kind=human&name=%3Cscript%3E&role=viewer&role=auditor").await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.body.contains("fault-email") && bad.body.contains("value=\"auditor\" checked"), "{}", bad.body);
        assert!(!bad.body.contains("<script>"));
        let nul = admin.post(&s, "/people", "kind=human&name=a%00b&email=t%40example.com&role=viewer").await;
        assert_eq!(nul.status, StatusCode::UNPROCESSABLE_ENTITY);
        let huge = format!("kind=agent&name={}", "x".repeat(1 << 20));
        assert_eq!(admin.post(&s, "/people", &huge).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let over = format!("kind=agent&name={}", "x".repeat(5 << 20));
        assert_eq!(admin.post(&s, "/people", &over).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let made = admin.post(&s, "/people", "kind=human&name=T%3Cb%3Eech&email=t%40example.com&role=technician").await;
        assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/people"));
        let page = admin.get(&s, "/people").await.body;
        assert!(page.contains("USR-002") && page.contains("T&#60;b&#62;ech"), "{page}");
        for role in Role::ALL {
            assert!(page.contains(&format!("<b>{}</b> {}", role.as_str(), role.duties())), "{role:?}: {page}");
        }
        // What takes effect at once stands folded behind a question.
        assert!(page.contains("Take the role technician from T&#60;b&#62;ech?"), "{page}");
        assert!(page.contains("Disable T&#60;b&#62;ech? Their sessions end at once."), "{page}");
        let link = page.split("http://localhost:8080/setup/").nth(1).unwrap();
        let link = format!("/setup/{}", link.split(['<', '"']).next().unwrap());
        assert!(!admin.get(&s, "/people").await.body.contains("/setup/"), "shown once");
        let set = Client::browser(None).post(&s, &link, "password=eight888&password_again=eight888").await;
        assert_eq!(set.location(), "/");
        let asker = t.people.authenticate(&cookie(&t, OWNER).await).await.unwrap().unwrap();
        let id = members(&t, &asker).await[1].account.id.clone();
        for (verb, form) in [("grant", "role=viewer"), ("revoke", "role=technician"), ("link", ""), ("disable", ""), ("enable", "")] {
            let answer = admin.post(&s, &format!("/people/{id}/{verb}"), form).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{verb}: {}", answer.body);
        }
        assert_eq!(members(&t, &asker).await[1].roles, [Role::Viewer]);
        let wrong = admin.post(&s, &format!("/people/{id}/grant"), "role=root").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_new_keys_secret_is_shown_once(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let admin = Client::browser(Some(&cookie(&t, OWNER).await));
        let bad = admin.post(&s, "/people/keys", "label=&scope=root&expires_on=never&secret_key=x").await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["label", "scope", "expires_on", "public_key"] {
            assert!(bad.body.contains(&format!("id=\"fault-{field}\"")), "{field}");
        }
        let made = admin.post(&s, "/people/keys", "label=%3Ci%3ECI&scope=ingest&scope=scores").await;
        assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/people/keys"));
        let page = admin.get(&s, "/people/keys").await.body;
        let cell = page.split("data-label=\"Permissions\">").nth(1).unwrap().split('<').next().unwrap();
        let form = page.split("<legend>Permissions</legend>").nth(1).unwrap();
        assert!(cell.contains("send traces, send scores"), "as the form names them: {cell}");
        assert!(form.contains("send traces") && form.contains("send scores") && form.contains("read through the API"));
        let secret = page.split("id=\"secret\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert!(secret.starts_with("sk-lf-") && page.contains("&#60;i&#62;CI"));
        assert!(!admin.get(&s, "/people/keys").await.body.contains(&secret), "shown once");
        let id = page.split("/people/keys/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let revoked = admin.post(&s, &format!("/people/keys/{id}/revoke"), "").await;
        assert_eq!(revoked.status, StatusCode::SEE_OTHER);
        assert!(admin.get(&s, "/people/keys").await.body.contains("Revoked"));
    }

    async fn ones_own_sessions_are_listed_and_ended(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let here = cookie(&t, OWNER).await;
        let there = cookie(&t, OWNER).await;
        let browser = Client::browser(Some(&here));
        let page = browser.get(&s, "/account").await.body;
        assert_eq!(page.matches("/revoke\"").count(), 2, "this one cannot be ended here: {page}");
        let wrong = "current_password=no&new_password=eight888&new_password_again=eight888";
        let answer = browser.post(&s, "/account/password", wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("fault-current_password"));
        let ended = browser.post(&s, "/account/sessions/revoke-others", "").await;
        assert_eq!(ended.location(), "/account");
        assert!(Client::browser(Some(&there)).get(&s, "/account").await.location().starts_with("/sign-in"));
        assert_eq!(browser.get(&s, "/account").await.status, StatusCode::OK);
    }

    async fn key_routes_know_the_key_and_say_in_json_what_is_wrong(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let good = Client::with_key(PUBLIC, SECRET).get(&s, "/api/probe").await;
        assert_eq!((good.status, good.body.as_str()), (StatusCode::OK, "plant-7 true true true"));
        let public = Client::with_authorization(&format!("Bearer {PUBLIC}")).get(&s, "/api/probe").await;
        assert_eq!(public.body, "plant-7 false true false");
        let hostile = ["Basic ////", "Bearer", "Digest x", "Basic cGs6c2s=", "Bearer pk-lf-none"];
        let mut refused = vec![Client::browser(None), Client::browser(Some(&cookie(&t, OWNER).await))];
        refused.extend(hostile.map(Client::with_authorization));
        for client in refused {
            let answer = client.get(&s, "/api/probe").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
            let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
            assert!(body["message"].is_string() && body.get("error").is_none(), "{body}");
        }
    }

    async fn an_agent_acts_on_pages_with_its_key_and_without_a_cookie(t: TestApp) {
        let admin = owner(&t).await;
        let s = site(&t).await;
        let key = agent_key(&t, &admin).await;
        let agent = Client::with_key(key.public.as_str(), key.secret.expose());
        let page = agent.get(&s, "/account").await;
        assert!(page.status == StatusCode::OK && page.body.contains("relay"), "{}", page.body);
        assert_eq!(agent.post(&s, "/account/sessions/revoke-others", "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(agent.get(&s, "/people").await.status, StatusCode::FORBIDDEN);
        assert_eq!(agent.post(&s, "/account/password", "").await.status, StatusCode::FORBIDDEN);
        let project_key = Client::with_key(PUBLIC, SECRET);
        assert!(project_key.get(&s, "/account").await.location().starts_with("/sign-in"), "a project is nobody");
        let wrong = Client::with_key(key.public.as_str(), "sk-lf-wrong").get(&s, "/account").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        t.people.revoke_api_key(&admin, &key.id).await.unwrap();
        assert_eq!(agent.get(&s, "/account").await.status, StatusCode::UNAUTHORIZED);
    }

    async fn what_a_key_may_not_read_in_the_api_it_reads_on_no_page(t: TestApp) {
        let admin = owner(&t).await;
        let bot = t.people.create_account(&admin, agent("relay")).await.unwrap().account;
        let new = NewApiKey {
            label: KeyLabel::parse("label", "relay").unwrap(),
            scopes: Scopes(vec![Scope::Scores]),
            account: Some(bot.id),
            expires_at: None,
            pair: None,
        };
        let key = t.people.create_api_key(&admin, new).await.unwrap();
        let s = site(&t).await;
        let narrow = Client::with_key(key.public.as_str(), key.secret.expose());
        for page in ["/traces", "/work-orders", "/sessions"] {
            assert!(narrow.get(&s, page).await.location().starts_with("/sign-in"), "{page}");
        }
    }

    async fn whoever_is_not_signed_in_sends_short_forms_only(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let form = format!("email=a%40b.c&password={}", "x".repeat(40_000));
        for path in ["/sign-in", &format!("/setup/{}", "0".repeat(64))] {
            let answer = Client::browser(None).post(&s, path, &form).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        }
        let own = Client::browser(Some(&cookie(&t, OWNER).await)).post(&s, "/saved-filters", &form).await;
        assert_ne!(own.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    async fn the_public_half_of_a_key_does_not_name_its_project(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let secret = Client::with_key(PUBLIC, SECRET).get(&s, "/api/public/projects").await;
        assert!(secret.status.is_success() && secret.body.contains("Plant 7"));
        let public = Client::with_authorization(&format!("Bearer {PUBLIC}")).get(&s, "/api/public/projects").await;
        assert_eq!(public.status, StatusCode::FORBIDDEN);
        assert!(!public.body.contains("Plant 7"), "{}", public.body);
    }

    async fn a_cookie_beside_a_key_counts_for_nothing(t: TestApp) {
        owner(&t).await;
        let s = site(&t).await;
        let mut both = Client::browser(Some(&cookie(&t, OWNER).await));
        both.origin = Some("https://evil.example".to_owned());
        both.authorize(PUBLIC, SECRET);
        assert!(both.post(&s, "/account/sessions/revoke-others", "").await.location().starts_with("/sign-in"));
    }
}

pub(crate) async fn cookie(t: &TestApp, email: &str) -> String {
    t.people.sign_in(email, PASSWORD, &visitor()).await.unwrap().token.expose().to_owned()
}

pub(crate) async fn agent_key(t: &TestApp, admin: &Asker) -> CreatedKey {
    let bot = t.people.create_account(admin, agent("relay")).await.unwrap().account;
    let new = NewApiKey {
        label: KeyLabel::parse("label", "relay").unwrap(),
        scopes: Scopes::all(),
        account: Some(bot.id),
        expires_at: None,
        pair: None,
    };
    t.people.create_api_key(admin, new).await.unwrap()
}
