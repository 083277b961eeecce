//! Python literals (`--out=raw`, `pprint`, `txt`) as JSON, token by token.
//!
//! What Salt returns comes as mappings, lists, tuples, sets, strings in all their spellings (`u'…'`, `b'…'`, several in
//! a row as pprint breaks them), numbers and words; and as calls of what holds these (`OrderedDict([…])`). Any other
//! call or object is told as it stands, as a string.

use super::super::Beyond;
use super::Read;
use super::sink::{Sink, is_number};
use super::strings::{self, Literal};

/// Structure deeper than this is no return.
const DEEPEST: usize = 400;

/// A literal, and what of it is open.
#[derive(Debug)]
pub(in crate::frame) struct Python {
    /// What stands around it: the name of whose it is.
    minion: Option<String>,
    begun: bool,
    open: Vec<Open>,
    /// A string that may go on in the next token.
    string: Option<Text>,
    /// A comma stands before what comes next.
    comma: bool,
    /// A string went over a line end.
    wrapped: bool,
}

/// A string, as it stands between JSON's quotes, and the line ends since it began.
#[derive(Debug)]
struct Text {
    json: Vec<u8>,
    lines: usize,
    key: bool,
}

/// A bracket that is open.
#[derive(Debug)]
struct Open {
    kind: Kind,
    /// Where it was written.
    at: usize,
    /// Something stands in it.
    any: bool,
    /// It is not known yet what it is: a mapping or a set, a tuple or nothing but parentheses.
    undecided: bool,
    /// A colon was read, and the value behind it was not.
    due: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `{`; `key`: what comes next is one.
    Brace {
        key: bool,
    },
    List,
    Paren,
    /// The list of an OrderedDict, and a tuple in it; `key`: its first part is due.
    Pairs,
    Pair {
        key: bool,
    },
    /// The parentheses of a call that say nothing; `pairs`: a list in it is one of pairs.
    Call {
        pairs: bool,
    },
}

/// What a token came to: bytes, or why there is none.
enum Token {
    Of(usize),
    More,
    Broken,
}

impl Python {
    pub(super) fn new(minion: Option<&[u8]>) -> Python {
        let minion = minion.map(|minion| String::from_utf8_lossy(minion).into_owned());
        Python { minion, begun: false, open: Vec::new(), string: None, comma: false, wrapped: false }
    }

    /// What must be said of it: that its lines were broken, and perhaps more than that was done to them.
    pub(super) fn remark(&mut self) -> Option<&'static str> {
        let wrapped = std::mem::take(&mut self.wrapped);
        wrapped.then_some(
            "a Python literal has line ends inside of strings, which Salt never prints: they were left out",
        )
    }

    pub(super) fn read(&mut self, window: &[u8], beyond: Beyond, sink: &mut Sink) -> Read {
        if !std::mem::replace(&mut self.begun, true)
            && let Some(minion) = &self.minion
        {
            sink.put(b"{");
            sink.string(minion);
            sink.put(b": ");
        }
        let mut at = 0;
        while at < window.len().min(super::PIECE) {
            match self.token(&window[at..], beyond != Beyond::More, sink) {
                Token::Of(count) => at += count,
                Token::More => break,
                Token::Broken => {
                    self.breaks_off(sink);
                    return Read::Broken(at);
                }
            }
            if self.open.is_empty() && self.string.is_none() {
                return self.over(window, at, beyond, sink);
            }
        }
        if at == 0 && beyond != Beyond::More {
            self.breaks_off(sink);
        }
        self.hold(sink);
        if at > 0 { Read::Took(at) } else { Read::More }
    }

    /// Nothing more of it comes: a string that might have gone on stays open, and covers its lines.
    fn breaks_off(&mut self, sink: &mut Sink) {
        if let Some(Text { json, lines, .. }) = self.string.take() {
            sink.put(b"\"");
            sink.piece(&json);
            sink.newline(lines);
            sink.put(b"");
        }
    }

    /// The last bracket is closed: the rest of the line is blank, or the text framer's.
    fn over(&mut self, window: &[u8], at: usize, beyond: Beyond, sink: &mut Sink) -> Read {
        if self.minion.is_some() {
            sink.put(b"}");
        }
        let blanks = window[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        match window.get(at + blanks) {
            Some(b'\n') => Read::Over(at + blanks + 1),
            None if beyond != Beyond::More => Read::Over(at + blanks),
            _ => Read::Over(at),
        }
    }

    /// Tells the sink what is not settled.
    fn hold(&self, sink: &mut Sink) {
        sink.hold(self.open.iter().find(|open| open.undecided).map(|open| open.at));
    }

    fn token(&mut self, rest: &[u8], all: bool, sink: &mut Sink) -> Token {
        let Some(&first) = rest.first() else { return Token::More };
        match first {
            b' ' | b'\t' | b'\r' => {
                return Token::Of(
                    rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count(),
                );
            }
            b'\n' => {
                match &mut self.string {
                    Some(text) => text.lines += 1,
                    None => sink.newline(1),
                }
                return Token::Of(1);
            }
            _ => {}
        }
        match strings::literal(rest) {
            Literal::Text(json, length) => {
                let lines = memchr::memchr_iter(b'\n', &rest[..length]).count();
                self.wrapped |= lines > 0;
                if let Some(text) = &mut self.string {
                    text.json.extend(json);
                    text.lines += lines;
                } else {
                    let key = self.is_key();
                    if self.open.is_empty() || !self.value(sink) {
                        return Token::Broken;
                    }
                    self.string = Some(Text { json, lines, key });
                }
                return Token::Of(length);
            }
            Literal::More if !all => return Token::More,
            Literal::More => return if rest.len() < 4 { Token::Broken } else { Token::More },
            Literal::None => {}
        }
        if let Some(Text { json, lines, key }) = self.string.take() {
            // A value's record goes up to its last line, and a key's begins at its first.
            let (before, behind) = if key { (0, lines) } else { (lines, 0) };
            sink.newline(before);
            sink.put(b"\"");
            sink.piece(&json);
            sink.piece(b"\"");
            sink.newline(behind);
        }
        match first {
            b'{' | b'[' | b'(' => self.opens(rest, all, sink),
            b'}' | b']' | b')' => self.closes(first, sink),
            b':' => match self.open.last_mut() {
                Some(Open { kind: Kind::Brace { key }, any: true, undecided, due, .. })
                    if *key && !self.comma =>
                {
                    (*key, *undecided, *due) = (false, false, true);
                    sink.put(b":");
                    Token::Of(1)
                }
                _ => Token::Broken,
            },
            b',' => self.separates(sink),
            _ => self.word(rest, all, sink),
        }
    }

    /// A value, or a key, begins: writes what stands before it. False where none can.
    fn value(&mut self, sink: &mut Sink) -> bool {
        let comma = std::mem::take(&mut self.comma);
        let Some(open) = self.open.last_mut() else { return true };
        if std::mem::take(&mut open.due) || open.any == comma {
            if comma {
                let colon = matches!(open.kind, Kind::Pair { .. });
                sink.put(if colon { b":" } else { b"," });
            }
            open.any = true;
            return true;
        }
        false
    }

    /// Is a key due?
    fn is_key(&self) -> bool {
        matches!(
            self.open.last(),
            Some(Open { kind: Kind::Brace { key: true } | Kind::Pair { key: true }, .. })
        )
    }

    fn opens(&mut self, rest: &[u8], all: bool, sink: &mut Sink) -> Token {
        if self.open.len() == DEEPEST {
            return Token::Broken;
        }
        let around = self.open.last().map(|open| open.kind);
        let bracket = rest[0];
        if self.is_key() {
            // A tuple for a key: as it stands.
            return self.as_it_stands(rest, 0, all, sink);
        }
        if !self.value(sink) {
            return Token::Broken;
        }
        let (kind, written, undecided): (Kind, &[u8], bool) = match (bracket, around) {
            (b'{', _) => (Kind::Brace { key: true }, b"{", true),
            (b'[', Some(Kind::Call { pairs: true })) => (Kind::Pairs, b"{", false),
            (b'[', _) => (Kind::List, b"[", false),
            (_, Some(Kind::Pairs)) => (Kind::Pair { key: true }, b"", false),
            _ => (Kind::Paren, b"[", true),
        };
        let at = sink.at();
        sink.put(written);
        self.open.push(Open { kind, at, any: false, undecided, due: false });
        Token::Of(1)
    }

    fn closes(&mut self, bracket: u8, sink: &mut Sink) -> Token {
        self.comma = false;
        let Some(open) = self.open.pop() else { return Token::Broken };
        match (open.kind, bracket) {
            // A set of one element, or of several.
            (Kind::Brace { key: true }, b'}') if open.undecided && open.any => {
                sink.patch(open.at, b'[');
                sink.put(b"]");
            }
            (Kind::Brace { .. } | Kind::Pairs, b'}' | b']') => sink.put(b"}"),
            (Kind::List, b']' | b'}') => sink.put(b"]"),
            (Kind::Paren, b')') if open.undecided && open.any => sink.patch(open.at, b' '),
            (Kind::Paren, b')') => sink.put(b"]"),
            (Kind::Pair { .. }, b')') => {}
            (Kind::Call { .. }, b')') if open.any => {}
            (Kind::Call { pairs: true }, b')') => sink.put(b"{}"),
            (Kind::Call { pairs: false }, b')') => sink.put(b"[]"),
            _ => return Token::Broken,
        }
        Token::Of(1)
    }

    fn separates(&mut self, sink: &mut Sink) -> Token {
        let Some(open) = self.open.last_mut().filter(|open| open.any) else { return Token::Broken };
        match &mut open.kind {
            Kind::Brace { key: true } if open.undecided => {
                sink.patch(open.at, b'[');
                (open.kind, open.undecided) = (Kind::List, false);
            }
            Kind::Brace { key } => *key = true,
            Kind::Pair { key } => *key = false,
            Kind::Call { .. } => return Token::Broken,
            Kind::List | Kind::Paren | Kind::Pairs => open.undecided = false,
        }
        self.comma = true;
        Token::Of(1)
    }

    /// True, 12.5, OrderedDict(…), datetime.datetime(…), <object …>.
    fn word(&mut self, rest: &[u8], all: bool, sink: &mut Sink) -> Token {
        if rest[0] == b'<' {
            return self.as_it_stands(rest, 0, all, sink);
        }
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.+-".contains(byte) || *byte >= 0x80;
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        if length == rest.len() && !all {
            return Token::More;
        }
        let word = &rest[..length];
        if word.is_empty() {
            return Token::Broken;
        }
        if rest.get(length) == Some(&b'(') {
            return self.call(rest, length, all, sink);
        }
        let key = self.is_key();
        if !self.value(sink) {
            return Token::Broken;
        }
        let word = String::from_utf8_lossy(word);
        let number = word.strip_suffix('L').unwrap_or(&word);
        let written = match word.as_ref() {
            "True" => "true",
            "False" => "false",
            "None" => "null",
            "nan" => "NaN",
            "inf" => "Infinity",
            "-inf" => "-Infinity",
            _ if is_number(number) => number,
            _ => {
                sink.string(&word);
                return Token::Of(length);
            }
        };
        match key {
            true => sink.string(written),
            false => sink.put(written.as_bytes()),
        }
        Token::Of(length)
    }

    /// `name(`: what holds values is as good as they are.
    fn call(&mut self, rest: &[u8], length: usize, all: bool, sink: &mut Sink) -> Token {
        let name = rest[..length].rsplit(|byte| *byte == b'.').next().unwrap_or_default();
        let (pairs, first): (bool, bool) = match name {
            b"OrderedDict"
            | b"CommentedMap"
            | b"HashableOrderedDict"
            | b"ImmutableDict"
            | b"Counter"
            | b"dict"
            | b"mappingproxy" => (true, false),
            b"defaultdict" | b"DefaultOrderedDict" => (true, true),
            b"set" | b"frozenset" | b"deque" | b"list" | b"tuple" | b"ImmutableList" | b"CommentedSeq" => {
                (false, false)
            }
            _ => return self.as_it_stands(rest, length, all, sink),
        };
        if self.is_key() || self.open.len() == DEEPEST {
            return self.as_it_stands(rest, length, all, sink);
        }
        // What a defaultdict makes: no part of what it holds.
        let skipped = match first {
            false => length + 1,
            true => match memchr::memchr2(b',', b')', rest) {
                Some(at) if rest[at] == b',' => at + 1,
                Some(at) => at,
                None if !all => return Token::More,
                None => return Token::Broken,
            },
        };
        if !self.value(sink) {
            return Token::Broken;
        }
        self.open.push(Open { kind: Kind::Call { pairs }, at: 0, any: false, undecided: false, due: false });
        Token::Of(skipped)
    }

    /// Up to the bracket that closes the one at `from`: told as a string.
    fn as_it_stands(&mut self, rest: &[u8], from: usize, all: bool, sink: &mut Sink) -> Token {
        let (mut depth, mut at) = (0_usize, from);
        loop {
            let Some(byte) = rest.get(at) else {
                return if all { Token::Broken } else { Token::More };
            };
            let mut step = 1;
            match byte {
                b'(' | b'[' | b'{' | b'<' => depth += 1,
                b')' | b']' | b'}' | b'>' => depth = depth.saturating_sub(1),
                b'\'' | b'"' => match strings::literal(&rest[at..]) {
                    Literal::Text(_, length) if !rest[at..at + length].contains(&b'\n') => step = length,
                    Literal::Text(..) => return Token::Broken,
                    _ => return if all { Token::Broken } else { Token::More },
                },
                b'\n' => return Token::Broken,
                _ => {}
            }
            at += step;
            if depth == 0 {
                break;
            }
        }
        if !self.value(sink) {
            return Token::Broken;
        }
        sink.string(&String::from_utf8_lossy(&rest[..at]));
        Token::Of(at)
    }
}
