//! Accounts and roles of a project.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use askama::Template;

use crate::foundation::{Asker, FieldErrors, Result, Role};
use crate::people::model::{AccountId, AccountKind};
use crate::people::reads::{self, Member};
use crate::people::service::People;
use crate::people::shown_once::Once;
use crate::people::{forms, secrets::Token};
use crate::web::page::{initials, own_address, show_with};
use crate::web::{Form, Principal, Shell, WebResult, see_other};

#[derive(Template)]
#[template(path = "people/members.html")]
struct MembersPage {
    shell: Shell,
    members: Vec<MemberView>,
    link: Option<(String, String)>,
    /// Failed attempts of 30 days with mail addresses that nobody has.
    unknown: i64,
    human_roles: Vec<Role>,
    form: Form,
    errors: FieldErrors,
}

/// One account as the table shows it.
struct MemberView {
    member: Member,
    initials: String,
    is_agent: bool,
    /// The reader's own account.
    is_own: bool,
    /// Roles that can still be given.
    grantable: Vec<Role>,
}

impl MembersPage {
    fn is_for_agent(&self) -> bool {
        self.form.text("kind") == "agent"
    }

    /// Every role, and what it may do.
    fn duties() -> [(Role, &'static str); 7] {
        Role::ALL.map(|role| (role, role.duties()))
    }

    fn had_role(&self, role: Role) -> bool {
        self.form.all("role").any(|word| word == role.as_str())
    }
}

/// GET /people
pub(in crate::people) async fn show(request: HttpRequest, people: Data<People>, who: Principal) -> WebResult {
    // A link that says which role is missing comes with it.
    let asked = Form::parse(request.query_string().as_bytes()).unwrap_or_default();
    page(&request, &people, &who, asked, FieldErrors::default()).await
}

/// POST /people
pub(in crate::people) async fn create(
    request: HttpRequest,
    people: Data<People>,
    who: Principal,
    form: Form,
) -> WebResult {
    match create_account(&people, &who, &form).await {
        Ok(name) if form.text("kind") == "agent" => {
            let words = format!("{name} has an account now. Next, make the key that it signs in with.");
            Ok(super::done("/people/keys", &words))
        }
        Ok(name) => Ok(super::done("/people", &format!("{name} has an account now."))),
        Err(error) => {
            let errors = super::mendable(error)?;
            page(&request, &people, &who, form, errors).await
        }
    }
}

async fn create_account(people: &People, who: &Asker, form: &Form) -> Result<String> {
    let created = people.create_account(who, forms::new_account(form)?).await?;
    if let Some(link) = created.link {
        keep_link(people, who, &created.account.name, &link);
    }
    Ok(created.account.name)
}

fn keep_link(people: &People, who: &Asker, name: &str, link: &Token) {
    let Some(session) = &who.actor.session else { return };
    let path = format!("/setup/{}", link.expose());
    people.shown_once.put(session, Once::Link { name: name.to_owned(), path }, people.app.now());
}

/// POST /people/{account}/grant
pub(in crate::people) async fn grant(
    people: Data<People>,
    who: Principal,
    account: Path<String>,
    form: Form,
) -> WebResult {
    let role = forms::role(form.text("role"))?;
    people.grant_role(&who, AccountId(account.into_inner()), role).await?;
    Ok(super::done("/people", &format!("The role {} was given.", role.as_str())))
}

/// POST /people/{account}/revoke
pub(in crate::people) async fn revoke(
    people: Data<People>,
    who: Principal,
    account: Path<String>,
    form: Form,
) -> WebResult {
    let role = forms::role(form.text("role"))?;
    people.revoke_role(&who, AccountId(account.into_inner()), role).await?;
    Ok(super::done("/people", &format!("The role {} was taken away.", role.as_str())))
}

/// POST /people/{account}/disable
pub(in crate::people) async fn disable(
    people: Data<People>,
    who: Principal,
    account: Path<String>,
) -> WebResult {
    let account = account.into_inner();
    people.disable_account(&who, AccountId(account.clone())).await?;
    // What they leave behind is the next thing to look at.
    let next = format!("/people/{account}/orders");
    Ok(super::done(&next, "The account is disabled and signed out everywhere."))
}

/// POST /people/{account}/enable
pub(in crate::people) async fn enable(
    people: Data<People>,
    who: Principal,
    account: Path<String>,
) -> WebResult {
    people.enable_account(&who, AccountId(account.into_inner())).await?;
    Ok(super::done("/people", "The account is enabled again."))
}

/// POST /people/{account}/link
pub(in crate::people) async fn issue_link(
    people: Data<People>,
    who: Principal,
    account: Path<String>,
) -> WebResult {
    let id = AccountId(account.into_inner());
    let link = people.issue_link(&who, id.clone()).await?;
    let name = people.name_of(id).await?;
    keep_link(&people, &who, &name, &link);
    Ok(see_other("/people"))
}

/// POST /people/{account}/vouch
pub(in crate::people) async fn vouch(
    people: Data<People>,
    who: Principal,
    account: Path<String>,
) -> WebResult {
    people.vouch_for(&who, AccountId(account.into_inner())).await?;
    Ok(super::done("/people", "Confirmed: that person has the account. The ledger records who vouched."))
}

/// POST /people/{account}/unlock-signing
pub(in crate::people) async fn unlock_signing(
    people: Data<People>,
    who: Principal,
    account: Path<String>,
) -> WebResult {
    let id = AccountId(account.into_inner());
    people.unlock_signing(&who, id.clone()).await?;
    let name = people.name_of(id).await?;
    Ok(super::done("/people", &format!("{name} may sign again.")))
}

async fn page(
    request: &HttpRequest,
    people: &People,
    who: &Asker,
    form: Form,
    errors: FieldErrors,
) -> WebResult {
    let (project, now) = (who.project, people.app.now());
    let since = now.plus_micros(-30 * 86_400_000_000);
    let read =
        move |conn: &mut _| Ok((reads::members(conn, project)?, reads::unknown_sign_ins(conn, since)?));
    let (members, unknown) = people.app.db.read(read).await?;
    let members = members.into_iter().map(|member| view(member, who.id())).collect();
    let link = match who.actor.session.as_deref().and_then(|session| people.shown_once.take(session, now)) {
        Some(Once::Link { name, path }) => Some((
            name,
            format!("{}{path}", own_address(request, people.app.config.server.public_url.as_deref())),
        )),
        _ => None,
    };
    let shell = Shell::of(request, "People", "people");
    let human_roles = Role::ALL.into_iter().filter(|role| *role != Role::Agent).collect();
    show_with(
        super::status_of(&errors),
        &MembersPage { shell, members, link, unknown, human_roles, form, errors },
    )
}

fn view(member: Member, reader: &str) -> MemberView {
    let is_agent = member.account.kind() == AccountKind::Agent;
    let fits = |role: &Role| (*role == Role::Agent) == is_agent && !member.roles.contains(role);
    MemberView {
        initials: initials(&member.account.name),
        is_agent,
        is_own: member.account.id.0 == reader,
        grantable: Role::ALL.into_iter().filter(fits).collect(),
        member,
    }
}
