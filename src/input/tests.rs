use std::io::{self, Read, Write};

use super::*;

/// Gives at most `step` bytes a read.
struct Drip<'b>(&'b [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(buf.len()).min(self.0.len());
        buf[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

impl Feed for Drip<'_> {
    fn ready(&self) -> bool {
        !self.0.is_empty()
    }
}

fn opened(bytes: &[u8], step: usize) -> Opened {
    let bytes: &'static [u8] = Box::leak(bytes.to_vec().into_boxed_slice());
    Opened::Sealed(Some(Box::new(Drip(bytes, step))))
}

/// What is read, with reads of every kind of size; they must agree.
fn all(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut whole = Vec::new();
    let result = opened(bytes, usize::MAX).read_to_end(&mut whole);
    for step in [1, 2, 3, 7] {
        let mut again = Vec::new();
        let agrees = opened(bytes, step).read_to_end(&mut again).is_ok() == result.is_ok();
        assert!(agrees && again == whole, "{step} bytes at a time read something else");
    }
    result.map(|_| whole)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut out = liblzma::write::XzEncoder::new(Vec::new(), 1);
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut out = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 1).unwrap()
}

type Pack = fn(&[u8]) -> Vec<u8>;

const PACKERS: [(&str, Pack); 4] = [("gzip", gzip), ("xz", xz), ("bzip2", bzip2), ("zstd", zstd)];

#[test]
fn plain_bytes_pass_untouched() {
    for bytes in
        [&b""[..], b"a", b"B", b"BZ", b"BZh9 is no bzip2", b"\x1f", b"\xfd7z", b"\xef\xbb", b"\xff", b"\xfe"]
    {
        assert_eq!(all(bytes).unwrap(), bytes);
    }
    let every: Vec<u8> = std::iter::once(b'x').chain((0..=255).rev()).chain(0..=255).collect();
    assert_eq!(all(&every).unwrap(), every);
}

#[test]
fn every_member_of_a_compressed_file_is_read() {
    let (one, two) = (b"docs:\n----------\n".repeat(3000), b"Summary for docs\n".repeat(50));
    for (name, pack) in PACKERS {
        let packed = [pack(&one), pack(&two)].concat();
        assert_eq!(all(&packed).unwrap(), [&one[..], &two].concat(), "{name}");
        assert_eq!(all(&pack(b"")).unwrap(), b"", "{name} of nothing");
    }
}

#[test]
fn a_skippable_zstd_frame_comes_first() {
    let packed = [b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd".to_vec(), zstd(b"docs:\n")].concat();
    assert_eq!(all(&packed).unwrap(), b"docs:\n");
}

#[test]
fn a_compressed_file_that_is_cut_off_says_so() {
    // Noise, so that half of the packed bytes is about half of the text.
    let text: Vec<u8> = (0u32..20_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (name, pack) in PACKERS {
        let packed = pack(&text);
        let error = all(&packed[..packed.len() - 20]).unwrap_err();
        assert_eq!(words(&error), format!("the {name} data ends before its end: the file is cut off"));
    }
}

#[test]
fn a_damaged_file_says_so() {
    let mut packed = gzip(&b"docs:\n".repeat(100));
    let end = packed.len() - 6;
    packed[end] ^= 1;
    assert!(words(&all(&packed).unwrap_err()).starts_with("the gzip data is damaged ("));
}

#[test]
fn byte_order_marks_are_taken_off() {
    assert_eq!(all(b"\xef\xbb\xbfdocs:\n").unwrap(), b"docs:\n");
    assert_eq!(all(b"\xef\xbb\xbf").unwrap(), b"");
    assert_eq!(all(&gzip(b"\xef\xbb\xbfdocs:\n")).unwrap(), b"docs:\n");
    // Only the first is a mark.
    assert_eq!(all(b"a\xef\xbb\xbfb").unwrap(), b"a\xef\xbb\xbfb");
}

#[test]
fn a_carriage_return_alone_ends_a_line() {
    let text = "web1:\n----------\n          ID: a\n    Function: test.nop\n";
    assert_eq!(all(text.replace('\n', "\r").as_bytes()).unwrap(), text.as_bytes());
    for other in [text.replace('\n', "\r\n"), "10%\r20%\r30%\ndone\n".into(), "a ---\r----------\r\n".into()]
    {
        assert_eq!(all(other.as_bytes()).unwrap(), other.as_bytes());
    }
}

#[test]
fn utf_16_becomes_utf_8() {
    let text = "docs:\r\n  ID: naïve – 𝄞\n".repeat(4000);
    let units = || std::iter::once('\u{feff}').chain(text.chars()).collect::<String>();
    let little: Vec<u8> = units().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert!(all(&little).unwrap() == text.as_bytes());
    assert!(all(&big).unwrap() == text.as_bytes());
    assert!(all(&xz(&big)).unwrap() == text.as_bytes());
    assert_eq!(all(b"\xff\xfea\0\x00\xd8b\0c").unwrap(), "a\u{fffd}b\u{fffd}".as_bytes());
}

#[test]
fn one_byte_that_starts_no_signature_is_given_at_once() {
    struct Held(bool);
    impl Read for Held {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            assert!(!self.0, "this would wait for a pipe that is silent");
            self.0 = true;
            buf[0] = b'd';
            Ok(1)
        }
    }
    impl Feed for Held {
        fn ready(&self) -> bool {
            !self.0
        }
    }
    let mut input = Opened::Sealed(Some(Box::new(Held(false))));
    let mut buf = [0; 64];
    assert_eq!(input.read(&mut buf).unwrap(), 1);
    assert_eq!(buf[0], b'd');
    assert!(!input.ready());
}

#[cfg(unix)]
#[test]
fn a_pipe_is_ready_when_it_holds_something_or_is_closed() {
    let (reader, mut writer) = io::pipe().unwrap();
    let file = std::fs::File::from(std::os::fd::OwnedFd::from(reader));
    let mut input = Opened::Sealed(Some(raw::of(file)));
    assert!(!input.ready());
    writer.write_all(b"do").unwrap();
    assert!(input.ready());
    let mut buf = [0; 64];
    let mut read = 0;
    while input.ready() {
        read += input.read(&mut buf).unwrap();
    }
    assert_eq!(read, 2);
    drop(writer);
    assert!(input.ready());
    assert_eq!(input.read(&mut buf).unwrap(), 0);
}

#[test]
fn a_file_on_disk_is_always_ready_and_errors_are_words() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("run.log");
    std::fs::write(&path, "docs:\n").unwrap();
    let mut input = open(&Source::Path(path.clone())).unwrap();
    let mut text = String::new();
    assert!(input.ready());
    input.read_to_string(&mut text).unwrap();
    assert!(input.ready());
    assert_eq!(text, "docs:\n");

    let error = open(&Source::Path(dir.path().join("absent.log"))).err().unwrap();
    assert_eq!(error.why, "No such file or directory");
    assert!(error.hint.is_some());
    let error = open(&Source::Path(dir.path().join("top.sls"))).err().unwrap();
    assert!(error.hint.unwrap().contains("salt-lint"));
}

fn names(root: &std::path::Path) -> Vec<String> {
    let prefix = format!("{}/", root.display());
    files(&Source::Path(root.to_owned()))
        .map(|file| match file {
            Ok(source) => source.name().strip_prefix(&prefix).unwrap().to_owned(),
            Err(error) => format!("! {}", error.why),
        })
        .collect()
}

#[test]
fn a_directory_is_walked_in_path_order() {
    let dir = tempfile::tempdir().unwrap();
    for name in
        ["b.log", "a/2.log", "a/10.log", "a.log", ".hidden/x.log", "a/.swp", "top.sls", "empty/sub/.keep"]
    {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    #[cfg(unix)]
    for (to, name) in [("..", "a/loop"), ("b.log", "latest.log"), ("nowhere", "dangling.log")] {
        std::os::unix::fs::symlink(to, dir.path().join(name)).unwrap();
    }
    assert_eq!(names(dir.path()), ["a/10.log", "a/2.log", "a.log", "b.log"]);
    assert_eq!(names(&dir.path().join("empty")), ["! no file is in this directory"]);
    std::fs::write(dir.path().join("empty/sub/top.sls"), "").unwrap();
    assert!(names(&dir.path().join("empty"))[0].contains(".sls"));
}

#[test]
fn what_is_no_directory_stands_for_itself() {
    for source in [Source::Stdin, Source::Path("absent".into())] {
        assert_eq!(files(&source).collect::<Vec<_>>(), [Ok(source.clone())]);
    }
}

#[test]
fn questions_are_seen() {
    for (window, shown) in [
        (
            "docs:\nPermission denied for host docs, do you want to deploy the salt-ssh key? (password required):\n[Y/n] ",
            Some(
                "Permission denied for host docs, do you want to deploy the salt-ssh key? (password required):\n[Y/n] ",
            ),
        ),
        ("[Y/n] ", Some("[Y/n] ")),
        ("The following keys are going to be accepted:\nProceed? [n/Y] ", Some("Proceed? [n/Y] ")),
        (
            "x\nAre you sure you want to continue connecting (yes/no/[fingerprint])? ",
            Some("Are you sure you want to continue connecting (yes/no/[fingerprint])? "),
        ),
        ("root@docs's password: ", Some("root@docs's password: ")),
        ("[sudo] password for deploy: ", Some("[sudo] password for deploy: ")),
        ("Password for root@docs: ", Some("Password for root@docs: ")),
        (
            "Enter passphrase for key '/home/me/my keys/id': ",
            Some("Enter passphrase for key '/home/me/my keys/id': "),
        ),
        ("\u{1b}[31mPassword: ", Some("\\u{1b}[31mPassword: ")),
        ("Password: \n", None),
        ("", None),
        ("docs:\n", None),
        ("     Comment: ", None),
        ("     Comment: The password for user bob: was set, and this goes on: ", None),
        ("[WARNING ] Something: ", None),
    ] {
        assert_eq!(prompt(window.as_bytes()).as_deref(), shown, "{window:?}");
    }
    assert_eq!(prompt(&[b"x".repeat(1 << 20), b"[Y/n] ".to_vec()].concat()), None);
}

#[test]
fn what_could_move_a_terminal_is_spelled_out() {
    assert_eq!(visible("a\tb\r\nc\rd\u{9b}31m\u{202e}é"), "a\\tb\nc\\rd\\u{9b}31m\\u{202e}é");
}

/// What `each` shows of a file that holds these bytes: name and text of each part, or what is wrong.
fn shown(name: &str, bytes: &[u8]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let mut parts = Vec::new();
    let prefix = format!("{}/", dir.path().display());
    each::<()>(&Source::Path(path), &Tap::default(), &mut |name, feed| {
        let name = name.strip_prefix(&prefix).unwrap();
        let mut text = String::new();
        parts.push(match feed {
            Ok(mut feed) => match feed.read_to_string(&mut text) {
                Ok(_) => format!("{name}: {text}"),
                Err(error) => format!("{name} ! {}", words(&error)),
            },
            Err(error) => format!("{name} ! {}", error.why),
        });
        Ok(())
    })
    .unwrap();
    parts
}

fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // As they stand: `append_data` refuses what is hostile.
        header.as_old_mut().name[..name.len().min(100)]
            .copy_from_slice(&name.as_bytes()[..name.len().min(100)]);
        header.set_cksum();
        archive.append(&header, *bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

#[test]
fn each_file_of_an_archive_is_an_input_of_its_own() {
    let files: &[(&str, &[u8])] = &[
        ("./b.log", b"docs:\n"),
        ("deep/a.log.gz", &gzip(b"web1:\n")),
        (".hidden", b"no"),
        ("deep/.git/x", b"no"),
        ("top.sls", b"no"),
        ("../../etc/passwd\u{1b}[2J", b"root\n"),
        ("utf-16", b"\xff\xfea\0"),
        ("empty", b""),
    ];
    let expected = [
        "!b.log: docs:\n",
        "!deep/a.log.gz: web1:\n",
        "!../../etc/passwd\u{1b}[2J: root\n",
        "!utf-16: a",
        "!empty: ",
    ];
    let plain = tarred(files);
    let name = |name: &str| expected.map(|it| format!("{name}{it}"));
    assert_eq!(shown("x.tar", &plain), name("x.tar"));
    for (packer, pack) in PACKERS {
        assert_eq!(shown(packer, &pack(&plain)), name(packer));
    }
    assert_eq!(shown("two", &[plain.clone(), plain.clone()].concat()).len(), 10, "one behind the other");
    let inside = tarred(&[("in.tar", &tarred(&[("a.log", b"web1:\n")]))]);
    assert_eq!(shown("out.tar", &inside), ["out.tar!in.tar!a.log: web1:\n"]);
}

#[test]
fn an_archive_that_holds_nothing_or_is_damaged_says_so() {
    let whole = tarred(&[("a.log", &b"docs:\n".repeat(300)), ("b.log", b"web1:\n")]);
    assert_eq!(shown("x", &tarred(&[(".hidden", b"no")])), ["x ! no file is in this archive"]);
    assert_eq!(shown("x", &tarred(&[("a.sls", b"no")])), ["x ! only Salt source (.sls) is in this archive"]);
    let cut = shown("x", &whole[..1200]);
    assert_eq!(cut.len(), 2);
    assert!(cut[1].starts_with("x ! the tar archive is damaged or cut off ("), "{cut:?}");
    let mut deep = tarred(&[("a.log", b"docs:\n")]);
    for _ in 0..3 {
        deep = tarred(&[("deep", &deep)]);
    }
    assert_eq!(shown("x", &deep), ["x!deep!deep!deep ! archives lie too deep in each other"]);
    // A name of gigabytes, as a header may claim.
    let mut header = tar::Header::new_gnu();
    header.set_size(8 << 20);
    header.set_entry_type(tar::EntryType::GNULongName);
    header.as_old_mut().name[..13].copy_from_slice(b"././@LongLink");
    header.set_cksum();
    let bomb = [&header.as_bytes()[..], &b"a".repeat(8 << 20)].concat();
    let said = shown("x", &bomb);
    assert!(said[0].contains("longer than 1 MiB"), "{said:?}");
}

#[test]
fn text_is_no_archive() {
    for text in [&b"docs:\n"[..], b"x", b"", b"Password: ", &b"a".repeat(2000), b"\0\0\0\0", &[0; 1024]] {
        assert_eq!(shown("x", text), [format!("x: {}", String::from_utf8_lossy(text))]);
    }
}

#[test]
fn a_file_of_an_archive_can_be_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("logs.tar");
    std::fs::write(&path, tarred(&[("a.log", b"docs:\n"), ("b.log", b"web1:\n")])).unwrap();
    let named = |part: &str| {
        let mut got = Vec::new();
        each::<()>(
            &Source::Path(format!("{}!{part}", path.display()).into()),
            &Tap::default(),
            &mut |_, feed| {
                got.push(
                    feed.map(|mut feed| io::read_to_string(&mut feed).unwrap()).map_err(|error| error.why),
                );
                Ok(())
            },
        )
        .unwrap();
        got
    };
    assert_eq!(named("b.log"), [Ok("web1:\n".to_owned())]);
    assert_eq!(named("c.log"), [Err("no such file is in this archive".to_owned())]);
}
