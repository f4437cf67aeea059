//! Procedures as skills, in the words of the Skills extension of MCP (SEP-2640): each version is one file, `SKILL.md`, that
//! begins with a name and a description and goes on with the text of the version, byte for byte.
//!
//! Its address holds the code and the version, so what a client was told of a skill holds for good: a new version is a new
//! skill. Only versions that were approved are served; the list holds those in use. The extension wants the last folder of an
//! address to be the name of the skill, which is the code in small letters.

use serde_json::{Map, Value, json};

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Digest, Error, Result};
use crate::maintenance::procedures::model::{Procedure, State, Version};
use crate::maintenance::procedures::reads;
use crate::mcp::eras::Era;
use crate::mcp::refusals;
use crate::mcp::rpc::Fault;
use crate::mcp::tools::Whoever;

use super::{Content, cursor, missing, paged, uri};

/// Skills on a page; each needs the whole text of its version.
const PAGE: usize = 25;
/// The longest description of a skill, in characters.
const MOST_DESCRIPTION: usize = 1_024;

/// A version of a procedure as a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skill {
    pub uri: String,
    pub name: String,
    pub description: String,
    code: String,
    version: u32,
    /// SHA-256 of the version's own text, as the log has it.
    text_digest: Digest,
    /// The file, whole.
    pub file: String,
}

impl Skill {
    /// A version of a procedure.
    pub fn of(procedure: &Procedure, version: &Version) -> Self {
        let (code, number) = (procedure.code.clone(), version.number);
        let name = code.to_lowercase();
        let uri = format!("skill://{code}/v{number}/{name}/SKILL.md");
        let words = format!(
            "{} (procedure {code}, version {number}). Read it before you do such work, or begin an order of it.",
            procedure.title
        );
        let description: String = words.chars().take(MOST_DESCRIPTION).collect();
        let mut skill = Self {
            uri,
            name,
            description,
            code,
            version: number,
            text_digest: version.digest,
            file: String::new(),
        };
        skill.file = format!("{}{}", skill.head(), version.text);
        skill
    }

    /// What the file begins with. Every value is quoted as JSON quotes, which YAML reads alike.
    fn head(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        format!(
            "---\nname: {}\ndescription: {}\nmetadata:\n  procedure: {}\n  version: {}\n  sha256: {}\n---\n\n",
            quoted(&self.name),
            quoted(&self.description),
            quoted(&self.code),
            quoted(&self.version.to_string()),
            quoted(&self.text_digest.to_hex()),
        )
    }

    /// The same as an object.
    fn frontmatter(&self) -> Value {
        json!({
            "name": self.name,
            "description": self.description,
            "metadata": {
                "procedure": self.code,
                "version": self.version.to_string(),
                "sha256": self.text_digest.to_hex(),
            },
        })
    }

    /// As an entry of `skills/list`: with the digest and the size of each of its files, of which there is one.
    pub fn entry(&self) -> Value {
        let digest = format!("sha256:{}", Digest::of(self.file.as_bytes()));
        json!({
            "uri": self.uri,
            "frontmatter": self.frontmatter(),
            "resources": [{ "uri": self.uri, "digest": digest, "size": self.file.len() }],
        })
    }

    /// As an entry of `resources/list`.
    pub fn resource(&self) -> Value {
        json!({
            "uri": self.uri,
            "name": self.name,
            "title": format!("{}, version {}", self.code, self.version),
            "description": self.description,
            "mimeType": "text/markdown",
            "size": self.file.len(),
        })
    }
}

/// A page of the skills in use.
pub async fn list(by: &Whoever, params: &Map<String, Value>) -> Result<Value, Fault> {
    let from = match cursor(params)? {
        None => 0,
        Some(text) => text.parse::<u32>().map_err(|_| Fault::params("this cursor was not made here"))?,
    };
    let (skills, next) = page(by, from.into()).await.map_err(|cause| refusals::fault(&cause))?;
    Ok(paged("skills", skills.iter().map(Skill::entry).collect(), next.map(|next| next.to_string())))
}

/// The first of them.
pub(super) async fn newest(by: &Whoever) -> Result<Vec<Skill>> {
    Ok(page(by, 0).await?.0)
}

/// Those behind the procedure with this number, and the number that the next page begins behind.
async fn page(by: &Whoever, behind: i64) -> Result<(Vec<Skill>, Option<i64>)> {
    let now = by.orders.app.now();
    let read = move |conn: &mut AnyConnection, who: &Asker| {
        who.must(Action::ViewProcedures)?;
        let most = i64::try_from(PAGE).map_err(Error::internal)?;
        let mut used = reads::used(conn, who.project, now, (behind, most + 1))?;
        let is_more = used.len() > PAGE;
        used.truncate(PAGE);
        let mut skills = Vec::new();
        for row in &used {
            let procedure = reads::load(conn, who.project, &row.procedure_id)?;
            skills.extend(procedure.in_use(now).map(|version| Skill::of(&procedure, version)));
        }
        Ok((skills, used.last().filter(|_| is_more).map(|last| last.sequence)))
    };
    by.read(read).await
}

/// The entry of one skill, listed or not.
pub async fn get(by: &Whoever, era: Era, params: &Map<String, Value>) -> Result<Value, Fault> {
    let uri = uri(params)?;
    let found = find(by, &uri).await.map_err(|cause| missing(&uri, era, &cause))?;
    Ok(json!({ "skill": found.entry() }))
}

pub(super) async fn read(by: &Whoever, uri: &str) -> Result<Content> {
    let found = find(by, uri).await?;
    Ok(Content { uri: uri.to_owned(), mime: "text/markdown", text: found.file })
}

async fn find(by: &Whoever, uri: &str) -> Result<Skill> {
    let missing = || Error::not_found("a skill at this address");
    let (code, number) = places(uri).ok_or_else(missing)?;
    let read = move |conn: &mut AnyConnection, who: &Asker| {
        who.must(Action::ViewProcedures)?;
        let row = reads::find(conn, who.project, &code)?.ok_or_else(missing)?;
        let procedure = reads::load(conn, who.project, &row.procedure_id)?;
        let version = procedure.find(number).filter(|version| version.state == State::Approved);
        version.map(|version| Skill::of(&procedure, version)).ok_or_else(missing)
    };
    let found = by.read(read).await?;
    if found.uri == uri { Ok(found) } else { Err(missing()) }
}

/// Code and version of an address.
fn places(uri: &str) -> Option<(String, u32)> {
    let mut parts = uri.strip_prefix("skill://")?.strip_suffix("/SKILL.md")?.split('/');
    let (code, version) = (parts.next()?, parts.next()?.strip_prefix('v')?.parse().ok()?);
    Some((code.to_owned(), version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skill(title: &str) -> Skill {
        let text = "# Round\n\n- [ ] Look\n";
        let mut skill = Skill {
            uri: "skill://PR-001/v2/pr-001/SKILL.md".to_owned(),
            name: "pr-001".to_owned(),
            description: title.to_owned(),
            code: "PR-001".to_owned(),
            version: 2,
            text_digest: Digest::of(text.as_bytes()),
            file: String::new(),
        };
        skill.file = format!("{}{text}", skill.head());
        skill
    }

    #[test]
    fn the_digest_is_that_of_the_whole_file_and_the_text_stands_at_its_end() {
        let skill = skill("Round of the \"press\": daily\\hourly");
        let entry = skill.entry();
        let file = &entry["resources"][0];
        assert_eq!(file["digest"], json!(format!("sha256:{}", Digest::of(skill.file.as_bytes()))));
        assert_eq!(file["size"], json!(skill.file.len()));
        assert!(
            skill.file.starts_with("---\nname: \"pr-001\"\n")
                && skill.file.ends_with("---\n\n# Round\n\n- [ ] Look\n")
        );
        assert!(
            skill.file.contains("description: \"Round of the \\\"press\\\": daily\\\\hourly\"\n"),
            "{}",
            skill.file
        );
    }

    #[test]
    fn addresses_are_read_strictly() {
        assert_eq!(places("skill://PR-001/v2/pr-001/SKILL.md"), Some(("PR-001".to_owned(), 2)));
        for odd in [
            "skill://PR-001/2/pr-001/SKILL.md",
            "skill://PR-001/SKILL.md",
            "order://x",
            "skill://PR-001/v2/pr-001",
            "skill://PR-001/v-1/x/SKILL.md",
        ] {
            assert_eq!(places(odd), None, "{odd}");
        }
    }
}
