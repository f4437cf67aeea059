//! `policy`: what a project decides per type of work order.

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};

use crate::app::Services;
use crate::config::Config;
use crate::foundation::Asker;
use crate::order_settings::policies::{self, PolicyChange};
use crate::work_orders::model::{Closers, TypeClass, TypePolicy};

use super::project::{ProjectOption, with_services};
use super::say;

/// What can be done with policies.
#[derive(Debug, Subcommand)]
pub enum Policy {
    /// Print what holds for each type of order
    Show(ProjectOption),
    /// Change what holds for a type of order; orders under way follow at once
    Set(Set),
}

/// Options of `policy set`.
#[derive(Debug, Args)]
pub struct Set {
    /// integration, corrective, preventive, inspection, modification, audit, follow-up or other
    order_type: String,
    /// Whether an order may not be approved by its author or an account that counts as one with them
    #[arg(long, value_name = "YES|NO")]
    controlled: Option<Answer>,
    /// Whether an order may be closed without having been verified
    #[arg(long, value_name = "YES|NO")]
    verification_waived: Option<Answer>,
    /// Who closes verified orders: supervisors, or supervisors-and-auditors
    #[arg(long)]
    closers: Option<String>,
    /// Whether whoever verified may not close
    #[arg(long, value_name = "YES|NO")]
    closer_not_verifier: Option<Answer>,
    /// Whether every required item needs evidence before the outcome can be "achieved"
    #[arg(long, value_name = "YES|NO")]
    evidence_required: Option<Answer>,
    /// The shortest reason taken, in characters
    #[arg(long)]
    min_reason: Option<u16>,
    /// Whether approving is signed
    #[arg(long, value_name = "YES|NO")]
    approval_signed: Option<Answer>,
    #[command(flatten)]
    project: ProjectOption,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Answer {
    Yes,
    No,
}

impl Set {
    fn change(&self) -> anyhow::Result<PolicyChange> {
        let is_yes = |answer: Option<Answer>| answer.map(|it| it == Answer::Yes);
        let closers = self.closers.as_deref().map(|word| {
            Closers::read(word)
                .with_context(|| format!("expected supervisors or supervisors-and-auditors, not {word}"))
        });
        Ok(PolicyChange {
            controlled: is_yes(self.controlled),
            verification_waived: is_yes(self.verification_waived),
            closers: closers.transpose()?,
            closer_not_verifier: is_yes(self.closer_not_verifier),
            evidence_required: is_yes(self.evidence_required),
            min_reason: self.min_reason,
            approval_signed: is_yes(self.approval_signed),
        })
    }
}

pub(super) fn run(policy: &Policy, config: Config) -> anyhow::Result<()> {
    with_services(config, async |services| match policy {
        Policy::Show(project) => show(project, services),
        Policy::Set(options) => set(options, services).await,
    })
}

fn show(project: &ProjectOption, services: &Services) -> anyhow::Result<()> {
    let project = project.find(services)?;
    for (order_type, policy) in
        services.app.db.read_blocking(|conn| policies::reads::all(conn, project.key))?
    {
        say(line(order_type, policy));
    }
    Ok(())
}

async fn set(options: &Set, services: &Services) -> anyhow::Result<()> {
    let word = &options.order_type;
    let order_type = TypeClass::read(word).with_context(|| {
        let known: Vec<&str> = TypeClass::ALL.iter().map(|class| class.as_str()).collect();
        format!("there is no type {word}; there are {}", known.join(", "))
    })?;
    let project = options.project.find_or_create(services).await?;
    let operator = Asker::operator(project.key);
    let policy = policies::set(&services.app, &operator, order_type, options.change()?).await?;
    say(line(order_type, policy));
    Ok(())
}

fn line(order_type: TypeClass, policy: TypePolicy) -> String {
    let word = |yes: bool| if yes { "yes" } else { "no" };
    format!(
        "{:<12}  controlled {}  verification waived {}  closers {}  closer is not verifier {}  evidence required {}  \
         shortest reason {}  approval signed {}",
        order_type.as_str(),
        word(policy.controlled),
        word(policy.verification_waived),
        policy.closers.as_str(),
        word(policy.closer_not_verifier),
        word(policy.evidence_required),
        policy.min_reason,
        word(policy.approval_signed)
    )
}
