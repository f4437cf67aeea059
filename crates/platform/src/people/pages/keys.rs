//! API keys of a project.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::foundation::{Asker, FieldErrors, Result};
use crate::people::forms;
use crate::people::model::{AccountKind, Scope};
use crate::people::reads::{self, ListedKey, Member};
use crate::people::service::People;
use crate::people::shown_once::Once;
use crate::web::page::{own_address, show_with};
use crate::web::{Form, Principal, Shell, WebResult, printed};

#[derive(Template)]
#[template(path = "people/keys.html")]
struct KeysPage {
    shell: Shell,
    keys: Vec<KeyView>,
    agents: Vec<Member>,
    created: Option<CreatedPair>,
    form: Form,
    errors: FieldErrors,
    connect: Connect,
}

/// How an agent is connected over MCP.
struct Connect {
    /// The address of the server's endpoint.
    address: String,
    settings: String,
    key: &'static str,
    asks: String,
}

impl Connect {
    fn to(server: &str) -> Self {
        Self {
            address: format!("{server}/mcp"),
            settings: printed::mcp_settings(server),
            key: printed::mcp_key(),
            asks: printed::mcp_asks(server),
        }
    }
}

/// The pair that is shown this once.
struct CreatedPair {
    label: String,
    public: String,
    secret: String,
}

struct KeyView {
    listed: ListedKey,
    opens: String,
    state: &'static str,
    tone: &'static str,
}

impl KeysPage {
    const SCOPES: [Scope; 3] = Scope::ALL;

    /// The day is named differently by the form and by the rule behind it.
    fn expiry_fault(&self) -> Option<&str> {
        self.errors.get("expires_on").or_else(|| self.errors.get("expires_at"))
    }

    /// Whether a pair of the client's own was refused, so that its fields stand open.
    fn brings_a_pair(&self) -> bool {
        ["public_key", "secret_key"].into_iter().any(|field| self.errors.get(field).is_some())
    }

    /// A fresh form opens everything; one shown again keeps what was chosen.
    fn is_chosen(&self, scope: Scope) -> bool {
        self.errors.0.is_empty() || self.form.all("scope").any(|word| word == scope.as_str())
    }
}

/// GET /people/keys
pub(in crate::people) async fn show(request: HttpRequest, people: Data<People>, who: Principal) -> WebResult {
    page(&request, &people, &who, Form::default(), FieldErrors::default()).await
}

/// POST /people/keys
pub(in crate::people) async fn create(
    request: HttpRequest,
    people: Data<People>,
    who: Principal,
    form: Form,
) -> WebResult {
    match create_key(&people, &who, &form).await {
        Ok(()) => Ok(super::done("/people/keys", "The key was made.")),
        Err(error) => {
            let errors = super::mendable(error)?;
            page(&request, &people, &who, form, errors).await
        }
    }
}

async fn create_key(people: &People, who: &Asker, form: &Form) -> Result<()> {
    let new = forms::new_api_key(form)?;
    let label = new.label.as_str().to_owned();
    let key = people.create_api_key(who, new).await?;
    if let Some(session) = &who.actor.session {
        let public = key.public.as_str().to_owned();
        let secret = key.secret.expose().to_owned();
        people.shown_once.put(session, Once::KeyPair { label, public, secret }, people.app.now());
    }
    Ok(())
}

/// POST /people/keys/{key}/revoke
pub(in crate::people) async fn revoke(people: Data<People>, who: Principal, key: Path<String>) -> WebResult {
    people.revoke_api_key(&who, &key).await?;
    Ok(super::done("/people/keys", "The key is revoked. Clients that use it are refused from now on."))
}

async fn page(
    request: &HttpRequest,
    people: &People,
    who: &Asker,
    form: Form,
    errors: FieldErrors,
) -> WebResult {
    let project = who.project;
    let read = move |conn: &mut _| Ok((reads::keys(conn, project)?, reads::members(conn, project)?));
    let (keys, members) = people.app.db.read(read).await?;
    let now = people.app.now();
    let keys = keys
        .into_iter()
        .map(|listed| {
            let (state, tone) = match (listed.key.revoked_at, listed.key.is_live(now)) {
                (Some(_), _) => ("Revoked", "bad"),
                (None, false) => ("Expired", "waiting"),
                (None, true) => ("Active", "good"),
            };
            let opens = listed.key.scopes().labels();
            KeyView { listed, opens, state, tone }
        })
        .collect();
    let created = match who.actor.session.as_deref().and_then(|session| people.shown_once.take(session, now))
    {
        Some(Once::KeyPair { label, public, secret }) => Some(CreatedPair { label, public, secret }),
        _ => None,
    };
    let shell = Shell::of(request, "API keys", "people");
    let agents = members.into_iter().filter(is_live_agent).collect();
    let connect = Connect::to(&own_address(request, people.app.config.server.public_url.as_deref()));
    show_with(super::status_of(&errors), &KeysPage { shell, keys, agents, created, form, errors, connect })
}

fn is_live_agent(member: &Member) -> bool {
    member.account.kind() == AccountKind::Agent
        && member.account.disabled_at.is_none()
        && !member.roles.is_empty()
}
