//! The built-in rules, packed for the program by its build: every rule's place in one text, and the answers to what the
//! index asks.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::field::{About, NAMES};
use super::slot::{Functions, functions, kinds};
use super::{Rule, Rules, index, load, parts, scan};
use crate::packed::{Piece, Rule as Packed};

/// Packs the rule files of a folder: the text, and the source of what points into it.
///
/// # Errors
///
/// All that is wrong with the files, in words.
pub fn pack(folder: &Path) -> Result<(String, String), String> {
    let rules = Rules::load_as_builtin(folder).map_err(|wrong| wrong.render(100, true, false))?;
    let mut packing = Packing::default();
    let mut packed = Vec::new();
    for rule in rules.iter() {
        let path = folder.join(Path::new(&rule.path).file_name().unwrap_or_default());
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let toml = parts::lean(load::bare(&text), rule.line)
            .ok_or_else(|| format!("{}:{}: [[rule]] must begin this line", rule.path, rule.line))?;
        packed.push(packing.rule(rule, toml));
    }
    let Packing { text, functions, literals, .. } = packing;
    let source = format!(
        "pub(crate) static PACKED: Packed = Packed {{\n    text: include_str!(concat!(env!(\"OUT_DIR\"), \
         \"/packed.txt\")),\n    rules: &{packed:?},\n    functions: &{functions:?},\n    literals: &{literals:?},\n}};\n"
    );
    Ok((text, source))
}

#[derive(Default)]
struct Packing {
    text: String,
    /// Where each short text stands: none is kept twice.
    known: HashMap<String, Piece>,
    functions: Vec<Piece>,
    literals: Vec<Piece>,
}

impl Packing {
    fn rule(&mut self, rule: &Rule, toml: &str) -> Packed {
        // Names and literals are text, as the file is.
        let texts = |texts: Vec<Vec<u8>>| -> Vec<String> {
            texts.iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect()
        };
        let toml = self.add(toml);
        let (names, asks_function) = match functions(rule) {
            Functions::Named(names) => (texts(names.into_iter().map(Cow::into_owned).collect()), true),
            Functions::Alike => (Vec::new(), true),
            Functions::Any => (Vec::new(), false),
        };
        let filed = scan::filed_under(rule);
        let field = filed.as_ref().and_then(|(field, _)| {
            let name = scan::scanned(field).to_string();
            NAMES.iter().position(|it| *it == name)?.try_into().ok()
        });
        let literals = filed.filter(|_| field.is_some()).map(|it| texts(it.1)).unwrap_or_default();
        Packed {
            id: self.intern(&rule.id),
            title: self.intern(rule.title.as_deref().unwrap_or_default()),
            line: rule.line as u32,
            toml,
            messages: rule.about == About::Messages,
            outcomes: index::outcomes(rule),
            kinds: kinds(rule),
            asks_function,
            functions: self.list(&names, |it| &mut it.functions),
            field,
            literals: self.list(&literals, |it| &mut it.literals),
        }
    }

    fn add(&mut self, text: &str) -> Piece {
        let piece = Piece { at: self.text.len() as u32, len: text.len() as u32 };
        self.text.push_str(text);
        piece
    }

    fn intern(&mut self, text: &str) -> Piece {
        match self.known.get(text) {
            Some(piece) => *piece,
            None => {
                let piece = self.add(text);
                self.known.insert(text.to_owned(), piece);
                piece
            }
        }
    }

    fn list(&mut self, texts: &[String], of: fn(&mut Packing) -> &mut Vec<Piece>) -> Piece {
        let pieces: Vec<Piece> = texts.iter().map(|text| self.intern(text)).collect();
        let list = of(self);
        let place = Piece { at: list.len() as u32, len: pieces.len() as u32 };
        list.extend(pieces);
        place
    }
}
