//! `pull langfuse`: brings what a Langfuse server holds into a project; exits 0 only when all of it is here.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::pin::pin;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use futures_util::future::select;

use crate::config::Config;
use crate::foundation::{Asker, Error, Timestamp};
use crate::integrations::langfuse::client::Client;
use crate::integrations::langfuse::model::{Address, Counts, DAY, Walk, What};
use crate::integrations::langfuse::network::Reach;
use crate::integrations::langfuse::walk::{Pull, Pulled};
use crate::jobs::Stopping;

use super::project::{ProjectOption, with_services};
use super::say;
use super::worker::until_told_to_stop;

/// What to pull from.
#[derive(Debug, Subcommand)]
pub enum PullFrom {
    /// A Langfuse server, by cursors or pages, whichever it has; goes on where an earlier pull was cut off
    Langfuse(Langfuse),
}

/// Options of `pull langfuse`.
#[derive(Debug, Args)]
pub struct Langfuse {
    /// The server's address, e.g. `https://cloud.langfuse.com`
    #[arg(long, env = "LANGFUSE_HOST", value_name = "URL")]
    url: String,
    /// The public key of the project to pull
    #[arg(long, env = "LANGFUSE_PUBLIC_KEY", value_name = "KEY")]
    public_key: String,
    /// A file that holds the secret key [default: the variable `LANGFUSE_SECRET_KEY`]
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,
    /// Not before this time or day [default: where the last pull ended, less ten minutes]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Before this time or day [default: now]
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Time asked for at once: 30m, 6h, 1d
    #[arg(long, default_value = "1d", value_name = "LENGTH")]
    window: String,
    /// What is pulled
    #[arg(long, default_value = "traces,scores", value_name = "LIST")]
    what: String,
    /// Requests a second at most
    #[arg(long, default_value_t = 5.0, value_name = "N")]
    limit_rate: f64,
    /// Ask and count, but store nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    project: ProjectOption,
}

pub(super) fn run(from: &PullFrom, config: Config) -> anyhow::Result<()> {
    let PullFrom::Langfuse(options) = from;
    with_services(config, async |services| {
        let project = options.project.find_or_create(services).await?;
        let address = Address::parse(&options.url)?;
        if address.is_open_wire() {
            tracing::warn!("the address begins with http://: the key and all traces can be read on the way");
        }
        let secret = options.secret()?;
        let pull = Pull {
            app: services.app.clone(),
            intake: services.intake.clone(),
            asker: Asker::operator(project.key),
            client: Client::new(address, &options.public_key, &secret, None, Reach::Private),
            public_key: options.public_key.clone(),
            from: options.from.as_deref().map(|text| moment("from", text)).transpose()?,
            to: options.to.as_deref().map(|text| moment("to", text)).transpose()?,
            window: length(&options.window)?,
            what: What::parse(options.what.split(','))?,
            pause: pause(options.limit_rate)?,
            haste: 1,
            is_dry: options.dry_run,
            turn: None,
            source: None,
        };
        let pulled = until_stopped(&pull).await?;
        tell(&pulled, options.dry_run);
        if !pulled.is_finished {
            bail!("the pull was stopped; run it again and it goes on where it was");
        }
        if pulled.counts.refused > 0 {
            bail!("{} entries were refused; the log names them", pulled.counts.refused);
        }
        Ok(())
    })
}

/// Pulls until the end; the first Ctrl-C or SIGTERM lets the page under way end.
async fn until_stopped(pull: &Pull) -> anyhow::Result<Pulled> {
    let (stop, stopping) = Stopping::pair();
    let told = async {
        if until_told_to_stop().await.is_ok() {
            let _ = stop.send(true);
        }
        std::future::pending::<()>().await;
    };
    let mut shown = Shown::default();
    let mut on_page = async |walk: &Walk, counts: &Counts| {
        shown.page(walk, counts);
        Ok(())
    };
    let pulling = pull.run(Some(stopping), None, &mut on_page);
    let done = match select(pin!(pulling), pin!(told)).await {
        futures_util::future::Either::Left((done, _)) => done,
        futures_util::future::Either::Right(((), _)) => Err(Error::internal("waiting for a signal ended")),
    };
    shown.end();
    done.context("the pull is not complete; run it again and it goes on where it was")
}

/// How far it is: a bar on a terminal, a line now and then elsewhere.
#[derive(Default)]
struct Shown {
    last: Option<Instant>,
    /// The bar as it stands, drawn or not yet.
    bar: String,
}

impl Shown {
    fn page(&mut self, walk: &Walk, counts: &Counts) {
        let is_terminal = std::io::stderr().is_terminal();
        let done = usize::try_from(walk.thousandths()).unwrap_or_default();
        let at = walk.window_start().to_minute();
        let line = format!("{:>3}% {at}  {} entries, {} pages", done / 10, counts.entries(), counts.pages);
        let (full, rest) = ("#".repeat(done / 40), "-".repeat(25 - (done / 40).min(25)));
        self.bar = format!("\r[{full}{rest}] {line}\x1b[K");
        let pause = Duration::from_millis(if is_terminal { 100 } else { 5_000 });
        if self.last.is_some_and(|last| last.elapsed() < pause) {
            return;
        }
        self.last = Some(Instant::now());
        // Nobody reading it is no reason to stop.
        let _ = if is_terminal {
            write!(std::io::stderr(), "{}", self.bar)
        } else {
            writeln!(std::io::stderr(), "{line}")
        };
    }

    /// Leaves the last state of the bar on the terminal.
    fn end(&self) {
        if self.last.is_some() && std::io::stderr().is_terminal() {
            let _ = writeln!(std::io::stderr(), "{}", self.bar);
        }
    }
}

fn tell(pulled: &Pulled, is_dry: bool) {
    say(format_args!(
        "read as {}{}",
        pulled.dialect.as_str(),
        if is_dry { ", nothing was stored" } else { "" }
    ));
    for (name, number) in pulled.counts.rows() {
        say(format_args!("{name:<28} {number:>10}"));
    }
}

impl Langfuse {
    fn secret(&self) -> anyhow::Result<String> {
        let secret = match &self.secret_key_file {
            Some(file) => {
                std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?
            }
            None => std::env::var("LANGFUSE_SECRET_KEY")
                .context("say where the secret key is: --secret-key-file FILE or LANGFUSE_SECRET_KEY")?,
        };
        let secret = secret.trim().to_owned();
        if secret.is_empty() {
            bail!("the secret key is empty");
        }
        Ok(secret)
    }
}

/// A time with offset, or a day.
fn moment(field: &str, text: &str) -> Result<Timestamp, Error> {
    let day = format!("{}T00:00:00Z", text.trim());
    let read = Timestamp::parse_rfc3339(text).or_else(|| Timestamp::parse_rfc3339(&day));
    read.ok_or_else(|| {
        Error::invalid(field, "expected a day or time like 2026-02-01 or 2026-02-01T12:16:00Z")
    })
}

/// `30m`, `6h`, `1d`, in microseconds.
fn length(text: &str) -> Result<i64, Error> {
    let bad = || Error::invalid("window", "expected a length like 30m, 6h or 1d, at most 366d");
    let (number, unit) = text.trim().split_at_checked(text.trim().len().saturating_sub(1)).ok_or_else(bad)?;
    let unit = match unit {
        "m" => DAY / 1_440,
        "h" => DAY / 24,
        "d" => DAY,
        _ => return Err(bad()),
    };
    let micros = number.parse::<i64>().ok().and_then(|number| number.checked_mul(unit));
    micros.filter(|micros| (1..=366 * DAY).contains(micros)).ok_or_else(bad)
}

/// The time between two requests.
fn pause(rate: f64) -> Result<Duration, Error> {
    let bad = || Error::invalid("limit-rate", "expected requests a second, 0.01 to 1000");
    if !(0.01..=1_000.0).contains(&rate) {
        return Err(bad());
    }
    Duration::try_from_secs_f64(1.0 / rate).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_times_are_read_or_refused() {
        for (text, micros) in [("30m", DAY / 48), ("6h", DAY / 4), ("1d", DAY)] {
            assert_eq!(length(text).unwrap(), micros);
        }
        for text in ["", "d", "0d", "-1d", "1w", "999999999999999999h", "é"] {
            assert!(length(text).is_err(), "{text}");
        }
        assert_eq!(
            moment("from", "2026-02-01").unwrap(),
            moment("from", "2026-02-01T01:00:00+01:00").unwrap()
        );
        assert!(moment("from", "yesterday").is_err());
        assert!(pause(0.0).is_err() && pause(f64::NAN).is_err());
        assert_eq!(pause(4.0).unwrap(), Duration::from_millis(250));
    }
}
