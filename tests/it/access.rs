//! Every route walked with every role: whoever its line does not name is refused, and nothing fails by our own fault.

use actix_web::http::{Method, StatusCode};
use tracewright::foundation::{Action, Grant, Role, permission};
use tracewright::router;
use tracewright::web::{Access, RouteSpec};

use crate::harness::http::{Answer, Client, site};
use crate::harness::{TestApp, on_both};
use crate::people::pages::{agent_key, cookie};
use crate::people::{create, owner};

on_both! {
    async fn every_route_admits_exactly_whom_its_line_names(t: TestApp) {
        let site = site(&t).await;
        let walkers = walkers(&t).await;
        let table = router::table();
        for spec in table.specs() {
            for (role, client) in &walkers {
                // Signing out would end the walk for this role; it has a test of its own.
                if spec.path == "/sign-out" && role.is_some() {
                    continue;
                }
                let form = (spec.method == Method::POST).then_some("x=1");
                let answer = client.send(&site, spec.method.clone(), &address(spec.path), form).await;
                check(spec, *role, &answer);
            }
        }
        assert!(table.specs().len() >= 21, "{} routes", table.specs().len());
    }
}

/// Nobody, one person of each role, and an agent with its key.
async fn walkers(t: &TestApp) -> Vec<(Option<Role>, Client)> {
    let admin = owner(t).await;
    let key = agent_key(t, &admin).await;
    let mut walkers = vec![
        (None, Client::browser(None)),
        (Some(Role::Agent), Client::with_key(key.public.as_str(), key.secret.expose())),
    ];
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Agent) {
        let email = format!("{}@example.com", role.as_str());
        create(&t.people, &admin, &email, &[role]).await;
        walkers.push((Some(role), Client::browser(Some(&cookie(t, &email).await))));
    }
    walkers
}

/// The pattern with `none` in place of each parameter.
fn address(pattern: &str) -> String {
    let mut parts = pattern.split('{');
    let start = parts.next().unwrap_or_default().to_owned();
    parts.fold(start, |path, part| {
        let rest = part.split_once('}').map_or("", |(_, rest)| rest);
        format!("{path}none{rest}")
    })
}

/// For people the refusal names the role that is missing, for programs that it is not for programs.
fn refuses(body: &str) -> bool {
    ["needs the role", "needs one of the roles", " program may not do this"]
        .iter()
        .any(|words| body.contains(words))
}

fn may(role: Role, action: Action) -> bool {
    permission::may(&[role], action) > Grant::Never
}

fn erases(spec: &RouteSpec) -> bool {
    spec.method == Method::DELETE
        && (spec.path.contains("/public/traces") || spec.path.contains("/public/scores"))
}

fn check(spec: &RouteSpec, role: Option<Role>, answer: &Answer) {
    let what = format!("{} {} for {role:?}: {} {}", spec.method, spec.path, answer.status, answer.body);
    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{what}");
    let sent_to_sign_in =
        answer.status == StatusCode::UNAUTHORIZED || answer.location().starts_with("/sign-in?next=");
    let lacks_role = answer.status == StatusCode::FORBIDDEN && refuses(&answer.body);
    let (needs_sign_in, needs_role) = match (spec.access, role) {
        (Access::Public, _) | (Access::SignedIn, Some(_)) => (false, false),
        // A key opens it, but not one that speaks for an agent: what it sends is refused, some of it for its form already.
        (Access::ApiKey, Some(Role::Agent)) if erases(spec) => {
            assert!(answer.status.is_client_error(), "{what}");
            return;
        }
        (Access::ApiKey, role) => (role != Some(Role::Agent), false),
        (Access::SignedIn | Access::May(_) | Access::MayOneOf(_), None) => (true, false),
        (Access::May(action), Some(role)) => (false, !may(role, action)),
        (Access::MayOneOf(actions), Some(role)) => (false, !actions.iter().any(|action| may(role, *action))),
    };
    // A failed attempt at the sign-in form is unauthorised too, and is meant to be.
    if spec.path != "/sign-in" {
        assert_eq!(sent_to_sign_in, needs_sign_in, "{what}");
    }
    assert_eq!(lacks_role, needs_role, "{what}");
}
