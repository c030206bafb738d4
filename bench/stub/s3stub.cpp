// s3stub - a very fast, single-threaded, S3-compatible stub server for benchmarking S3 clients.
//
//   build:  g++ -O2 -march=native -std=c++17 -o s3stub s3stub.cpp -lssl -lcrypto
//   run:    s3stub --port 9101 --port 9102 --small 20000 --mid 200 --large 2
//
// * one thread, epoll, HTTP/1.1 keep-alive (+ pipelining), path-style, no signature verification.
// * SOURCE buckets are synthetic: `small` (N x 4 KiB), `mid` (N x 1 MiB), `large` (N x 2 GiB).  An object's bytes are
//   a slice of one deterministic 8 MiB pseudo-random ring that starts at hash(key); bodies > 32 KiB go out by
//   sendfile(2) from a memfd (no user copy).  ETags are the true MD5 (large objects: the multipart ETag of 16 MiB parts).
// * DESTINATION buckets: any other bucket name (auto-created).  Bodies are discarded (recv(MSG_TRUNC): not even copied
//   to user space) and only key/size/etag/mtime/user metadata are kept.
// * the ETag of a PUT: --md5 = real MD5 of the body; else Content-MD5 if the client sent it; else, when a synthetic
//   source object with the same key exists, that of its content (parts too); else a fake hash.
// * --verify: compare every PUT/UploadPart body (memcmp) with the synthetic object of the same key (part offsets are
//   inferred from the part number x the size of the first part, checked in Complete); mismatches counted in /_stats.
// * GET /_stats = JSON: requests per type, bytes, this process's CPU since the reset, dst objects, verify errors.
//   POST /_reset = zero counters and empty the destination buckets (POST /_reset?keep=1 keeps the objects).
// * --virtual N: buckets `virtual` and `virtual-copy` that list the same N keys and hold none of them; what is PUT there
//   can be read again but is not listed.
// * --latency-ms L delays every response's start by L ms (FIFO timer; no CPU burnt) to mimic a real service.
// * --tls CERT KEY makes every following --port an HTTPS port (TLS1.2/1.3, OpenSSL; user-space, plain SSL_read/write).
//
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
using std::string;
using std::string_view;
typedef unsigned long long u64;

// ------------------------------------------------------------------------------------------------ options, globals
static bool g_md5 = false, g_verify = false, g_fake_etag = false;
static int g_latency_ms = 0;
static size_t g_small_n = 0, g_small_sz = 4096, g_mid_n = 0, g_mid_sz = 1 << 20, g_large_n = 0;
static u64 g_large_sz = 2ULL << 30;
static size_t g_per_dir = 1000;
static const size_t RING = 8u << 20;  // the pattern ring; mapped twice so [p, p+RING) is contiguous for any p<RING
static char *g_ring;
static int g_ring_fd;
static char g_scratch[1 << 20];
static SSL_CTX *g_ctx = nullptr;

static u64 fnv(string_view s) {
  u64 h = 1469598103934665603ULL;
  for (unsigned char c : s) {
    h ^= c;
    h *= 1099511628211ULL;
  }
  h ^= h >> 29;
  h *= 0xbf58476d1ce4e5b9ULL;
  return h ^ (h >> 32);
}

struct Obj {
  u64 size = 0;
  string etag;
  time_t mtime = 0;
  u64 seed = 0;
  bool synth = false;
  string meta;
  string ctype;
};
typedef std::map<string, Obj, std::less<>> Bucket;
static std::map<string, Bucket, std::less<>> g_buckets;
static std::map<string, bool, std::less<>> g_is_src;
static std::unordered_map<string, const Obj *> g_synth;  // key -> synthetic object (keys are unique across src buckets)
struct Upload {
  string bucket, key, meta, ctype;
  std::map<int, std::pair<u64, string>> parts;
};
static std::unordered_map<string, Upload> g_uploads;
static u64 g_upseq = 1;

enum Op {
  ListBuckets,
  HeadBucket,
  CreateBucket,
  DeleteBucket,
  ListV1,
  ListV2,
  GetObject,
  GetRange,
  HeadObject,
  PutObject,
  CopyObject,
  CreateMPU,
  UploadPart,
  UploadPartCopy,
  CompleteMPU,
  AbortMPU,
  ListParts,
  DeleteObject,
  DeleteObjects,
  BucketMisc,
  ObjectMisc,
  Error404,
  Admin,
  NOPS
};
static const char *opname[NOPS] = {"ListBuckets",   "HeadBucket",     "CreateBucket", "DeleteBucket", "ListV1",     "ListV2",
                                   "GetObject",     "GetRange",       "HeadObject",   "PutObject",    "CopyObject", "CreateMPU",
                                   "UploadPart",    "UploadPartCopy", "CompleteMPU",  "AbortMPU",     "ListParts",  "DeleteObject",
                                   "DeleteObjects", "BucketMisc",     "ObjectMisc",   "Error404",     "Admin"};
static u64 g_cnt[NOPS], g_bin, g_bout, g_verify_err, g_verify_ok, g_conns, g_conns_open, g_awschunked, g_expect, g_put_payload_signed,
    g_contentmd5;
static struct rusage g_ru0;
static double g_t0;
static double now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static string hex(const unsigned char *p, size_t n) {
  static const char *d = "0123456789abcdef";
  string s(n * 2, 0);
  for (size_t i = 0; i < n; i++) {
    s[2 * i] = d[p[i] >> 4];
    s[2 * i + 1] = d[p[i] & 15];
  }
  return s;
}
static string md5hex(const void *p, size_t n) {
  unsigned char o[16];
  unsigned l;
  EVP_Digest(p, n, o, &l, EVP_md5(), nullptr);
  return hex(o, 16);
}
static string fakehash(string_view s) {
  u64 a = fnv(s), b = a * 0x9E3779B97F4A7C15ULL + 1;
  char t[40];
  snprintf(t, sizeof t, "%016llx%016llx", a, b);
  return t;
}

// dates: S3 uses RFC1123 in headers and ISO8601 in listings
static const string &httpdate(time_t t) {
  static time_t last = -1;
  static string s;
  if (t != last) {
    char b[64];
    tm g;
    gmtime_r(&t, &g);
    strftime(b, sizeof b, "%a, %d %b %Y %H:%M:%S GMT", &g);
    s = b;
    last = t;
  }
  return s;
}
static const string &isodate(time_t t) {
  static time_t last = -1;
  static string s;
  if (t != last) {
    char b[64];
    tm g;
    gmtime_r(&t, &g);
    strftime(b, sizeof b, "%Y-%m-%dT%H:%M:%S.000Z", &g);
    s = b;
    last = t;
  }
  return s;
}
static const string &datenow() {
  static time_t last = 0;
  static string s;
  time_t t = time(nullptr);
  if (t != last) {
    char b[64];
    tm g;
    gmtime_r(&t, &g);
    strftime(b, sizeof b, "%a, %d %b %Y %H:%M:%S GMT", &g);
    s = b;
    last = t;
  }
  return s;
}

static string unescape(string_view s, bool plus) {
  string o;
  o.reserve(s.size());
  for (size_t i = 0; i < s.size(); i++) {
    if (s[i] == '%' && i + 2 < s.size() && isxdigit(s[i + 1]) && isxdigit(s[i + 2])) {
      char h[3] = {s[i + 1], s[i + 2], 0};
      o += (char)strtol(h, nullptr, 16);
      i += 2;
    } else if (plus && s[i] == '+')
      o += ' ';
    else
      o += s[i];
  }
  return o;
}
static void urlenc(string &o, string_view s) {
  static const char *d = "0123456789ABCDEF";
  for (unsigned char c : s) {
    if (isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~' || c == '/' || c == '*')
      o += c;
    else {
      o += '%';
      o += d[c >> 4];
      o += d[c & 15];
    }
  }
}
static void xmlesc(string &o, string_view s) {
  for (char c : s)
    switch (c) {
      case '&':
        o += "&amp;";
        break;
      case '<':
        o += "&lt;";
        break;
      case '>':
        o += "&gt;";
        break;
      case '"':
        o += "&quot;";
        break;
      default:
        o += c;
    }
}

// ------------------------------------------------------------------------------------------------ synthetic content
static void make_ring() {
  g_ring_fd = memfd_create("ring", 0);
  if (ftruncate(g_ring_fd, RING))
    perror("ftruncate");
  char *base = (char *)mmap(nullptr, RING * 2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mmap(base, RING, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, g_ring_fd, 0);
  mmap(base + RING, RING, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, g_ring_fd, 0);
  g_ring = base;
  u64 x = 88172645463325252ULL;
  u64 *p = (u64 *)base;
  for (size_t i = 0; i < RING / 8; i++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    p[i] = x;
  }
}
// MD5 of `n` bytes of an object's content that start at ring position `pos`; the content repeats every RING bytes, so
// few different parts exist and each is hashed once.
static const string &ring_md5(u64 pos, u64 n) {
  static std::map<std::pair<u64, u64>, string> known;
  pos %= RING;
  string &digest = known[{pos, n}];
  if (digest.empty()) {
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    EVP_DigestInit_ex(md, EVP_md5(), nullptr);
    for (u64 at = pos, left = n; left;) {
      size_t m = std::min<u64>(left, RING);
      EVP_DigestUpdate(md, g_ring + at, m);
      at = (at + m) % RING;
      left -= m;
    }
    unsigned char out[16];
    unsigned l;
    EVP_DigestFinal_ex(md, out, &l);
    EVP_MD_CTX_free(md);
    digest = hex(out, 16);
  }
  return digest;
}
static string unhex(const string &h) {
  string o;
  for (size_t i = 0; i + 1 < h.size(); i += 2) {
    o += (char)strtol(h.substr(i, 2).c_str(), nullptr, 16);
  }
  return o;
}
// The ETag that S3 gives to a multipart upload of this content in parts of `part` bytes.
static string composite_etag(u64 seed, u64 size, u64 part) {
  string digests;
  u64 count = 0;
  for (u64 at = 0; at < size; at += part, count++) {
    digests += unhex(ring_md5(seed + at, std::min(part, size - at)));
  }
  return md5hex(digests.data(), digests.size()) + "-" + std::to_string(count);
}
static void make_bucket(const char *name, const char *stem, size_t n, u64 size) {
  Bucket &b = g_buckets[name];
  g_is_src[name] = true;
  char k[128];
  for (size_t i = 0; i < n; i++) {
    snprintf(k, sizeof k, "%s/d%05zu/obj-%08zu.bin", stem, i / g_per_dir, i);
    Obj o;
    o.size = size;
    o.mtime = 1700000000 + (time_t)(i % 1000);
    o.synth = true;
    o.seed = fnv(k) % RING;
    o.ctype = "application/octet-stream";
    if (size > RING)
      o.etag = composite_etag(o.seed, size, 16u << 20);
    else
      o.etag = g_fake_etag ? fakehash(k) : md5hex(g_ring + o.seed, size);
    auto it = b.emplace_hint(b.end(), k, o);
    g_synth[it->first] = &it->second;
  }
}
static bool matches(const Obj *o, u64 off, const char *p, size_t n) {  // is [p,p+n) == object bytes [off,off+n) ?
  if (off + n > o->size)
    return false;
  u64 pos = (o->seed + off) % RING;
  while (n) {
    size_t m = std::min(n, RING);
    if (memcmp(p, g_ring + pos, m))
      return false;
    p += m;
    n -= m;
    pos = (pos + m) % RING;
  }
  return true;
}

// ------------------------------------------------------------------------------------------------ chunked decoder
// Decodes both HTTP/1.1 chunked and aws-chunked ("hex;chunk-signature=..."), incl. trailers. feed() returns bytes used.
struct Dechunk {
  int st = 0;
  u64 left = 0;
  bool done = false, any = false;
  size_t linelen = 0;
  void reset() {
    st = 0;
    left = 0;
    done = false;
    any = false;
    linelen = 0;
  }
  template <class F>
  size_t feed(const char *p, size_t n, F &&sink) {
    size_t i = 0;
    while (i < n && !done)
      switch (st) {
        case 0: {
          char c = p[i++];
          if (isxdigit(c)) {
            left = left * 16 + (isdigit(c) ? c - '0' : (c | 32) - 'a' + 10);
            any = true;
          } else if (c == '\n') {
            if (any)
              st = left ? 2 : 4;
            any = false;
            linelen = 0;
          } else if (c == ';')
            st = 1;
          break;
        }
        case 1: {
          const char *q = (const char *)memchr(p + i, '\n', n - i);
          if (!q)
            i = n;
          else {
            i = q - p + 1;
            st = left ? 2 : 4;
            any = false;
            linelen = 0;
          }
          break;
        }
        case 2: {
          size_t m = (size_t)std::min<u64>(left, n - i);
          sink(p + i, m);
          i += m;
          left -= m;
          if (!left)
            st = 3;
          break;
        }
        case 3: {
          if (p[i++] == '\n') {
            st = 0;
            any = false;
            left = 0;
          }
          break;
        }
        case 4: {
          char c = p[i++];
          if (c == '\n') {
            if (linelen == 0)
              done = true;
            linelen = 0;
          } else if (c != '\r')
            linelen++;
          break;
        }
      }
    return i;
  }
};

// ------------------------------------------------------------------------------------------------ connections
enum St { HDR, BODY, DELAY, WRITE };
struct Req {
  string_view method;
  string path, bucket, key;
  string q;
  bool has_range = false;
  u64 r0 = 0, r1 = 0;
  bool r_suffix = false, r_open = false;
  string copysrc, meta, ctype, cmd5;
  bool keep = true;
  std::vector<std::pair<string, string>> qs;
  const string *get(const char *k) const {
    for (auto &p : qs)
      if (p.first == k)
        return &p.second;
    return nullptr;
  }
};
struct Conn {
  int fd;
  u64 id;
  St st = HDR;
  SSL *ssl = nullptr;
  bool handshaking = false, want_w = false;
  std::vector<char> buf;
  size_t r = 0, w = 0;  // input buffer
  Req rq;
  Op op = Admin;
  bool sink = false;  // sink: PUT data; else the body is collected in `body`
  u64 remain = 0;
  bool chunked = false, aws = false;
  Dechunk d1, d2;
  string body;
  u64 got = 0;
  const Obj *known = nullptr;  // the synthetic object of the key that is written
  const Obj *vobj = nullptr;   // the same when its bytes are compared
  u64 voff = 0;
  bool vbad = false;
  EVP_MD_CTX *md = nullptr;
  bool use_md = false;
  string out;
  size_t outpos = 0;
  u64 bpos = 0, bleft = 0;  // response head/xml, then `bleft` ring bytes from bpos
  u64 genid = 0;
};
static int g_ep;
static u64 g_connseq = 1;
static std::unordered_map<int, Conn *> g_conn;
struct Delayed {
  double t;
  int fd;
  u64 id;
};
static std::deque<Delayed> g_delay;

static void setev(Conn *c, uint32_t ev) {
  epoll_event e{};
  e.events = ev;
  e.data.ptr = c;
  epoll_ctl(g_ep, EPOLL_CTL_MOD, c->fd, &e);
}
static void closeconn(Conn *c) {
  g_conns_open--;
  g_conn.erase(c->fd);
  if (c->ssl)
    SSL_free(c->ssl);
  close(c->fd);
  if (c->md)
    EVP_MD_CTX_free(c->md);
  delete c;
}

static ssize_t io_read(Conn *c, char *p, size_t n, bool discard) {  // >0 bytes, 0 eof, -1 again, -2 error
  if (c->ssl) {
    ERR_clear_error();
    int k = SSL_read(c->ssl, p ? p : g_scratch, (int)std::min(n, sizeof g_scratch));
    if (k > 0)
      return k;
    int e = SSL_get_error(c->ssl, k);
    if (e == SSL_ERROR_WANT_READ)
      return -1;
    if (e == SSL_ERROR_WANT_WRITE)
      return -1;
    return 0;
  }
  ssize_t k = discard ? recv(c->fd, nullptr, n, MSG_TRUNC) : recv(c->fd, p, n, 0);
  if (k < 0)
    return (errno == EAGAIN || errno == EINTR) ? -1 : -2;
  return k;
}
// ---- writing: returns true when the whole response is out
static int flush(Conn *c) {  // 1 done, 0 would block, -1 error
  for (;;) {
    size_t hl = c->out.size() - c->outpos;
    if (!hl && !c->bleft)
      return 1;
    ssize_t k;
    if (c->ssl) {
      const char *p;
      size_t n;
      if (hl && c->bleft && hl + c->bleft <= 16384) {
        c->out.append(g_ring + c->bpos % RING, c->bleft);
        c->bleft = 0;
        hl = c->out.size() - c->outpos;
      }
      if (hl) {
        p = c->out.data() + c->outpos;
        n = hl;
      } else {
        p = g_ring + c->bpos % RING;
        n = (size_t)std::min<u64>(c->bleft, 256 << 10);
      }
      ERR_clear_error();
      int r = SSL_write(c->ssl, p, (int)n);
      if (r <= 0) {
        int e = SSL_get_error(c->ssl, r);
        if (e == SSL_ERROR_WANT_WRITE || e == SSL_ERROR_WANT_READ)
          return 0;
        return -1;
      }
      k = r;
      if (hl)
        c->outpos += k;
      else {
        c->bpos += k;
        c->bleft -= k;
      }
      g_bout += k;
      continue;
    }
    if (hl && c->bleft && c->bleft <= 32768) {
      iovec v[2] = {{(void *)(c->out.data() + c->outpos), hl}, {g_ring + c->bpos % RING, (size_t)c->bleft}};
      k = writev(c->fd, v, 2);
    } else if (hl)
      k = send(c->fd, c->out.data() + c->outpos, hl, c->bleft ? MSG_MORE | MSG_NOSIGNAL : MSG_NOSIGNAL);
    else if (c->bleft <= 32768)
      k = send(c->fd, g_ring + c->bpos % RING, c->bleft, MSG_NOSIGNAL);
    else {
      off_t o = c->bpos % RING;
      size_t n = (size_t)std::min<u64>(c->bleft, RING - o);
      k = sendfile(c->fd, g_ring_fd, &o, n);
    }
    if (k < 0) {
      if (errno == EAGAIN || errno == EINTR)
        return 0;
      return -1;
    }
    g_bout += k;
    if ((size_t)k >= hl) {
      k -= hl;
      c->outpos += hl;
      c->bpos += k;
      c->bleft -= k;
    } else
      c->outpos += k;
  }
}
static bool process(Conn *c);
static void respond(Conn *c) {  // start to send c->out (+ ring body), now or after the delay
  if (g_latency_ms && c->op != Admin) {
    c->st = DELAY;
    setev(c, 0);
    g_delay.push_back({now() + g_latency_ms * 1e-3, c->fd, c->id});
    return;
  }
  c->st = WRITE;
}
static void head(Conn *c, int code, const char *why, u64 len, const char *ctype, string_view extra) {
  string &o = c->out;
  o.clear();
  c->outpos = 0;
  c->bleft = 0;
  char t[96];
  o += "HTTP/1.1 ";
  o.append(t, snprintf(t, sizeof t, "%d ", code));
  o += why;
  o += "\r\nServer: s3stub\r\nDate: ";
  o += datenow();
  o += "\r\nx-amz-request-id: 0123456789ABCDEF\r\n";
  if (ctype) {
    o += "Content-Type: ";
    o += ctype;
    o += "\r\n";
  }
  o += extra;
  if (code != 204)
    o.append(t, snprintf(t, sizeof t, "Content-Length: %llu\r\n", len));
  if (!c->rq.keep)
    o += "Connection: close\r\n";
  o += "\r\n";
}
static void xml(Conn *c, int code, const char *why, const string &b) {
  head(c, code, why, b.size(), "application/xml", "");
  if (c->rq.method != "HEAD")
    c->out += b;
  respond(c);
}
static void err(Conn *c, int code, const char *why, const char *s3) {
  g_cnt[Error404]++;
  string b = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>";
  b += s3;
  b += "</Code><Message>";
  b += why;
  b += "</Message><RequestId>0</RequestId></Error>";
  if (c->rq.method == "HEAD") {
    head(c, code, why, 0, "application/xml", "");
    respond(c);
  } else
    xml(c, code, why, b);
}
static void ok(Conn *c, string_view extra = "") {
  head(c, 200, "OK", 0, nullptr, extra);
  respond(c);
}

// ---- virtual buckets: N keys that exist in listings alone, computed from their index, so that N may be any number
static size_t g_virtual_n = 0;
static const size_t VIRTUAL_PER_DIR = 1000;
static const u64 VIRTUAL_SIZE = 4096;
static void virtual_key(char *out, size_t cap, size_t i) {
  snprintf(out, cap, "v/d%07zu/obj-%010zu.bin", i / VIRTUAL_PER_DIR, i);
}
static bool is_virtual(const string &bucket) {
  return g_virtual_n && (bucket == "virtual" || bucket == "virtual-copy");
}
static size_t virtual_first(const string &bound, bool after) {  // index of the first key >= bound, or > bound
  size_t lo = 0, hi = g_virtual_n;
  char k[64];
  while (lo < hi) {
    size_t mid = (lo + hi) / 2;
    virtual_key(k, sizeof k, mid);
    int r = string_view(k).compare(bound);
    if (r < 0 || (after && r == 0))
      lo = mid + 1;
    else
      hi = mid;
  }
  return lo;
}
static void list_virtual(Conn *c) {
  const string *s;
  string prefix = (s = c->rq.get("prefix")) ? *s : "", after;
  if ((s = c->rq.get("continuation-token")) || (s = c->rq.get("start-after")) || (s = c->rq.get("marker")))
    after = *s;
  size_t maxk = (s = c->rq.get("max-keys")) && !s->empty() ? std::min(1000, atoi(s->c_str())) : 1000;
  time_t mtime = c->rq.bucket == "virtual" ? 1700000000 : 1700001000;
  size_t i = after < prefix ? virtual_first(prefix, false) : virtual_first(after, !after.empty());
  string items;
  char k[64], t[64];
  size_t n = 0;
  bool more = false;
  for (; i < g_virtual_n; i++) {
    virtual_key(k, sizeof k, i);
    if (strncmp(k, prefix.c_str(), prefix.size()) != 0)
      break;
    if (n == maxk) {
      more = true;
      break;
    }
    n++;
    after = k;
    items += "<Contents><Key>";
    items += k;
    items += "</Key><LastModified>";
    items += isodate(mtime);
    items += "</LastModified><ETag>&quot;";
    items += fakehash(k);
    items += "&quot;</ETag><Size>";
    items.append(t, snprintf(t, sizeof t, "%llu", VIRTUAL_SIZE));
    items += "</Size><StorageClass>STANDARD</StorageClass></Contents>";
  }
  string x = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>";
  x += c->rq.bucket + "</Name><Prefix>" + prefix + "</Prefix><MaxKeys>" + std::to_string(maxk) + "</MaxKeys><KeyCount>" +
       std::to_string(n) + "</KeyCount><EncodingType>url</EncodingType>";
  x += more ? "<IsTruncated>true</IsTruncated><NextContinuationToken>" + after + "</NextContinuationToken>"
            : string("<IsTruncated>false</IsTruncated>");
  x += items + "</ListBucketResult>";
  xml(c, 200, "OK", x);
}

static void do_list(Conn *c, bool v2) {
  if (is_virtual(c->rq.bucket))
    return list_virtual(c);
  auto bi = g_buckets.find(c->rq.bucket);
  if (bi == g_buckets.end())
    return err(c, 404, "Not Found", "NoSuchBucket");
  Bucket &b = bi->second;
  const string *s;
  static const string empty;
  const string &prefix = (s = c->rq.get("prefix")) ? *s : empty, &delim = (s = c->rq.get("delimiter")) ? *s : empty;
  string after;
  if (v2) {
    if ((s = c->rq.get("continuation-token")))
      after = *s;
    else if ((s = c->rq.get("start-after")))
      after = *s;
  } else if ((s = c->rq.get("marker")))
    after = *s;
  int maxk = (s = c->rq.get("max-keys")) && !s->empty() ? std::min(1000, atoi(s->c_str())) : 1000;
  bool enc = (s = c->rq.get("encoding-type")) && *s == "url";
  auto put = [&](string &o, string_view v) {
    if (enc)
      urlenc(o, v);
    else
      xmlesc(o, v);
  };
  string items, cps;
  string last;
  int n = 0;
  bool trunc = false;
  char t[64];
  auto it = after.empty() || after < prefix ? b.lower_bound(prefix) : b.upper_bound(after);
  if (!after.empty() && !delim.empty() && after.size() >= delim.size() &&
      after.compare(after.size() - delim.size(), delim.size(), delim) == 0 && after.compare(0, prefix.size(), prefix) == 0)
    it = b.lower_bound(after + "\xff");  // the token was a common prefix
  for (; it != b.end();) {
    const string &k = it->first;
    if (k.compare(0, prefix.size(), prefix) != 0)
      break;
    if (n >= maxk) {
      trunc = true;
      break;
    }
    if (!delim.empty()) {
      size_t p = k.find(delim, prefix.size());
      if (p != string::npos) {
        string cp = k.substr(0, p + delim.size());
        cps += "<CommonPrefixes><Prefix>";
        put(cps, cp);
        cps += "</Prefix></CommonPrefixes>";
        n++;
        last = cp;
        it = b.lower_bound(cp + "\xff");
        continue;
      }
    }
    const Obj &o = it->second;
    items += "<Contents><Key>";
    put(items, k);
    items += "</Key><LastModified>";
    items += isodate(o.mtime);
    items += "</LastModified><ETag>&quot;";
    items += o.etag;
    items += "&quot;</ETag><Size>";
    items.append(t, snprintf(t, sizeof t, "%llu", o.size));
    items += "</Size><StorageClass>STANDARD</StorageClass></Contents>";
    n++;
    last = k;
    ++it;
  }
  string x = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>";
  x += c->rq.bucket;
  x += "</Name><Prefix>";
  put(x, prefix);
  x += "</Prefix>";
  x.append(t, snprintf(t, sizeof t, "<MaxKeys>%d</MaxKeys>", maxk));
  if (!delim.empty()) {
    x += "<Delimiter>";
    put(x, delim);
    x += "</Delimiter>";
  }
  if (enc)
    x += "<EncodingType>url</EncodingType>";
  x += trunc ? "<IsTruncated>true</IsTruncated>" : "<IsTruncated>false</IsTruncated>";
  if (v2) {
    x.append(t, snprintf(t, sizeof t, "<KeyCount>%d</KeyCount>", n));
    if (trunc) {
      x += "<NextContinuationToken>";
      xmlesc(x, last);
      x += "</NextContinuationToken>";
    }
  } else {
    x += "<Marker>";
    put(x, after);
    x += "</Marker>";
    if (trunc) {
      x += "<NextMarker>";
      put(x, last);
      x += "</NextMarker>";
    }
  }
  x += items;
  x += cps;
  x += "</ListBucketResult>";
  xml(c, 200, "OK", x);
}
static const Obj *findobj(const string &bucket, string_view key) {
  auto b = g_buckets.find(bucket);
  if (b == g_buckets.end())
    return nullptr;
  auto o = b->second.find(key);
  return o == b->second.end() ? nullptr : &o->second;
}

static void do_get(Conn *c, bool headonly) {
  const Obj *o = findobj(c->rq.bucket, c->rq.key);
  if (!o)
    return err(c, 404, "Not Found", "NoSuchKey");
  u64 a = 0, n = o->size;
  int code = 200;
  string x;
  x.reserve(256 + o->meta.size());
  char t[128];
  if (c->rq.has_range) {
    u64 e;
    if (c->rq.r_suffix) {
      a = o->size > c->rq.r1 ? o->size - c->rq.r1 : 0;
      e = o->size - 1;
    } else {
      a = c->rq.r0;
      e = c->rq.r_open ? o->size - 1 : std::min(c->rq.r1, o->size - 1);
    }
    if (a >= o->size)
      return err(c, 416, "Requested Range Not Satisfiable", "InvalidRange");
    n = e - a + 1;
    code = 206;
    x.append(t, snprintf(t, sizeof t, "Content-Range: bytes %llu-%llu/%llu\r\n", a, e, o->size));
  }
  x += "ETag: \"";
  x += o->etag;
  x += "\"\r\nLast-Modified: ";
  x += httpdate(o->mtime);
  x += "\r\nAccept-Ranges: bytes\r\n";
  x += o->meta;
  head(c, code, code == 206 ? "Partial Content" : "OK", n, o->ctype.empty() ? "binary/octet-stream" : o->ctype.c_str(), x);
  if (!headonly) {
    c->bpos = (o->seed + a) % RING;
    c->bleft = n;
  }  // destination objects read back as ring bytes too
  respond(c);
}
static void store(const string &bucket, const string &key, Obj &&o) {
  g_buckets[bucket][key] = std::move(o);
}
static string put_etag(Conn *c, u64 size) {
  if (c->use_md) {
    unsigned char m[16];
    unsigned l;
    EVP_DigestFinal_ex(c->md, m, &l);
    return hex(m, 16);
  }
  if (!c->rq.cmd5.empty()) {
    unsigned char m[24];
    if (EVP_DecodeBlock(m, (const unsigned char *)c->rq.cmd5.data(), c->rq.cmd5.size()) >= 16)
      return hex(m, 16);
  }
  if (c->op == PutObject) {
    auto it = g_synth.find(c->rq.key);
    if (it != g_synth.end() && it->second->size == size)
      return it->second->etag;
  }
  if (c->op == UploadPart && c->known && c->voff + size <= c->known->size)
    return ring_md5(c->known->seed + c->voff, size);
  return fakehash(c->rq.key + std::to_string(size));
}
static const char *XH = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
static void finish(Conn *c) {  // request fully received -> build response
  Req &q = c->rq;
  g_cnt[c->op]++;
  string b;
  if (c->vobj) {
    if (c->vbad)
      g_verify_err++;
    else
      g_verify_ok++;
  }
  switch (c->op) {
    case ListBuckets:
      b = XH;
      b += "<ListAllMyBucketsResult><Owner><ID>1</ID></Owner><Buckets>";
      for (auto &p : g_buckets)
        b += "<Bucket><Name>" + p.first + "</Name><CreationDate>2023-11-14T00:00:00.000Z</CreationDate></Bucket>";
      b += "</Buckets></ListAllMyBucketsResult>";
      return xml(c, 200, "OK", b);
    case HeadBucket:
      if (!g_buckets.count(q.bucket))
        return err(c, 404, "Not Found", "NoSuchBucket");
      return ok(c);
    case CreateBucket:
      g_buckets[q.bucket];
      return ok(c);
    case DeleteBucket:
      g_buckets.erase(q.bucket);
      head(c, 204, "No Content", 0, nullptr, "");
      return respond(c);
    case ListV1:
      return do_list(c, false);
    case ListV2:
      return do_list(c, true);
    case GetObject:
    case GetRange:
      return do_get(c, false);
    case HeadObject:
      return do_get(c, true);
    case PutObject: {
      Obj o;
      o.size = c->got;
      o.mtime = time(nullptr);
      o.etag = put_etag(c, c->got);
      o.meta = q.meta;
      o.ctype = q.ctype;
      o.seed = fnv(q.key) % RING;
      string x = "ETag: \"" + o.etag + "\"\r\n";
      store(q.bucket, q.key, std::move(o));
      return ok(c, x);
    }
    case CopyObject:
    case UploadPartCopy: {
      string s = unescape(q.copysrc, false);
      if (!s.empty() && s[0] == '/')
        s.erase(0, 1);
      size_t p = s.find('/');
      const Obj *o = p == string::npos ? nullptr : findobj(s.substr(0, p), string_view(s).substr(p + 1));
      if (!o)
        return err(c, 404, "Not Found", "NoSuchKey");
      if (c->op == CopyObject) {
        Obj n = *o;
        n.mtime = time(nullptr);
        n.synth = false;
        if (!q.meta.empty())
          n.meta = q.meta;
        b = string(XH) + "<CopyObjectResult><LastModified>" + isodate(n.mtime) + "</LastModified><ETag>&quot;" + n.etag +
            "&quot;</ETag></CopyObjectResult>";
        store(q.bucket, q.key, std::move(n));
      } else {
        auto u = g_uploads.find(*q.get("uploadId"));
        if (u == g_uploads.end())
          return err(c, 404, "Not Found", "NoSuchUpload");
        u64 n = q.has_range ? q.r1 - q.r0 + 1 : o->size;
        string e = fakehash(q.key);
        u->second.parts[atoi(q.get("partNumber")->c_str())] = {n, e};
        b = string(XH) + "<CopyPartResult><LastModified>" + isodate(time(nullptr)) + "</LastModified><ETag>&quot;" + e +
            "&quot;</ETag></CopyPartResult>";
      }
      return xml(c, 200, "OK", b);
    }
    case CreateMPU: {
      char id[32];
      snprintf(id, sizeof id, "up%016llx", g_upseq++);
      Upload u;
      u.bucket = q.bucket;
      u.key = q.key;
      u.meta = q.meta;
      u.ctype = q.ctype;
      g_uploads[id] = u;
      b = string(XH) + "<InitiateMultipartUploadResult><Bucket>" + q.bucket + "</Bucket><Key>";
      xmlesc(b, q.key);
      b += string("</Key><UploadId>") + id + "</UploadId></InitiateMultipartUploadResult>";
      return xml(c, 200, "OK", b);
    }
    case UploadPart: {
      auto u = g_uploads.find(*q.get("uploadId"));
      if (u == g_uploads.end())
        return err(c, 404, "Not Found", "NoSuchUpload");
      string e = put_etag(c, c->got);
      const string *pn = q.get("partNumber");
      u->second.parts[pn ? atoi(pn->c_str()) : 1] = {c->got, e};
      return ok(c, "ETag: \"" + e + "\"\r\n");
    }
    case CompleteMPU: {
      auto u = g_uploads.find(*q.get("uploadId"));
      if (u == g_uploads.end())
        return err(c, 404, "Not Found", "NoSuchUpload");
      Obj o;
      for (auto &p : u->second.parts)
        o.size += p.second.first;
      o.mtime = time(nullptr);
      string all;
      bool hexok = true;
      for (auto &p : u->second.parts) {
        const string &h = p.second.second;
        if (h.size() != 32) {
          hexok = false;
          break;
        }
        for (int i = 0; i < 16; i++)
          all += (char)strtol(h.substr(2 * i, 2).c_str(), nullptr, 16);
      }
      o.etag = (hexok ? md5hex(all.data(), all.size()) : fakehash(q.key)) + "-" + std::to_string(u->second.parts.size());
      o.meta = u->second.meta;
      o.ctype = u->second.ctype;
      o.seed = fnv(q.key) % RING;
      auto sy = g_synth.find(q.key);
      if (sy != g_synth.end() && sy->second->size != o.size)
        g_verify_err++;
      b = string(XH) + "<CompleteMultipartUploadResult><Location>x</Location><Bucket>" + q.bucket + "</Bucket><Key>";
      xmlesc(b, q.key);
      b += "</Key><ETag>&quot;" + o.etag + "&quot;</ETag></CompleteMultipartUploadResult>";
      store(q.bucket, q.key, std::move(o));
      g_uploads.erase(u);
      return xml(c, 200, "OK", b);
    }
    case AbortMPU:
      g_uploads.erase(*q.get("uploadId"));
      head(c, 204, "No Content", 0, nullptr, "");
      return respond(c);
    case ListParts: {
      b = string(XH) + "<ListPartsResult><IsTruncated>false</IsTruncated>";
      auto u = g_uploads.find(*q.get("uploadId"));
      if (u != g_uploads.end())
        for (auto &p : u->second.parts)
          b += "<Part><PartNumber>" + std::to_string(p.first) + "</PartNumber><ETag>&quot;" + p.second.second + "&quot;</ETag><Size>" +
               std::to_string(p.second.first) + "</Size></Part>";
      b += "</ListPartsResult>";
      return xml(c, 200, "OK", b);
    }
    case DeleteObject: {
      auto bi = g_buckets.find(q.bucket);
      if (bi != g_buckets.end() && !g_is_src.count(q.bucket)) {
        auto o = bi->second.find(q.key);
        if (o != bi->second.end())
          bi->second.erase(o);
      }
      head(c, 204, "No Content", 0, nullptr, "");
      return respond(c);
    }
    case DeleteObjects: {
      b = string(XH) + "<DeleteResult>";
      size_t p = 0;
      auto &bk = g_buckets[q.bucket];
      bool src = g_is_src.count(q.bucket);
      while ((p = c->body.find("<Key>", p)) != string::npos) {
        size_t e = c->body.find("</Key>", p);
        string k = c->body.substr(p + 5, e - p - 5);
        if (!src) {
          auto o = bk.find(k);
          if (o != bk.end())
            bk.erase(o);
        }
        b += "<Deleted><Key>" + k + "</Key></Deleted>";
        p = e;
      }
      b += "</DeleteResult>";
      return xml(c, 200, "OK", b);
    }
    case BucketMisc:
      if (q.get("location"))
        b = string(XH) + "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></LocationConstraint>";
      else if (q.get("versioning"))
        b = string(XH) + "<VersioningConfiguration/>";
      else if (q.get("uploads"))
        b = string(XH) + "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>";
      else
        return err(c, 404, "Not Found", "NoSuchConfiguration");
      return xml(c, 200, "OK", b);
    case ObjectMisc:
      if (q.get("tagging"))
        b = string(XH) + "<Tagging><TagSet/></Tagging>";
      else if (q.get("acl"))
        b = string(XH) + "<AccessControlPolicy><Owner><ID>1</ID></Owner><AccessControlList/></AccessControlPolicy>";
      else
        return err(c, 404, "Not Found", "NotImplemented");
      return xml(c, 200, "OK", b);
    default: {         // Admin
      g_cnt[Admin]--;  // not counted
      if (q.path == "/_reset") {
        memset(g_cnt, 0, sizeof g_cnt);
        g_bin = g_bout = g_verify_err = g_verify_ok = g_awschunked = g_expect = g_put_payload_signed = g_contentmd5 = 0;
        g_conns = 0;
        getrusage(RUSAGE_SELF, &g_ru0);
        g_t0 = now();
        if (!q.get("keep")) {
          for (auto &p : g_buckets)
            if (!g_is_src.count(p.first))
              p.second.clear();
          g_uploads.clear();
        }
        return ok(c);
      }
      struct rusage r;
      getrusage(RUSAGE_SELF, &r);
      auto d = [](timeval a, timeval b) { return a.tv_sec - b.tv_sec + (a.tv_usec - b.tv_usec) * 1e-6; };
      char t[256];
      b = "{";
      u64 tot = 0;
      for (int i = 0; i < NOPS; i++)
        if (g_cnt[i] && i != Admin) {
          tot += g_cnt[i];
          b.append(t, snprintf(t, sizeof t, "\"%s\":%llu,", opname[i], g_cnt[i]));
        }
      u64 no = 0, nb = 0;
      for (auto &p : g_buckets)
        if (!g_is_src.count(p.first))
          for (auto &o : p.second) {
            no++;
            nb += o.second.size;
          }
      b.append(t, snprintf(t, sizeof t, "\"total\":%llu,\"bytesIn\":%llu,\"bytesOut\":%llu,\"conns\":%llu,\"connsOpen\":%llu,",
                           tot - g_cnt[Error404] * 0, g_bin, g_bout, g_conns, g_conns_open));
      b.append(
          t, snprintf(
                 t, sizeof t,
                 "\"awsChunked\":%llu,\"payloadSigned\":%llu,\"contentMD5\":%llu,\"expect100\":%llu,\"dstObjects\":%llu,\"dstBytes\":%llu,",
                 g_awschunked, g_put_payload_signed, g_contentmd5, g_expect, no, nb));
      b.append(t, snprintf(t, sizeof t, "\"verifyOk\":%llu,\"verifyErr\":%llu,\"srvUser\":%.3f,\"srvSys\":%.3f,\"elapsed\":%.3f}\n",
                           g_verify_ok, g_verify_err, d(r.ru_utime, g_ru0.ru_utime), d(r.ru_stime, g_ru0.ru_stime), now() - g_t0));
      head(c, 200, "OK", b.size(), "application/json", "");
      c->out += b;
      return respond(c);
    }
  }
}
static inline void sinkbytes(Conn *c, const char *p, size_t n) {  // decoded body bytes
  if (!c->sink) {
    c->body.append(p, n);
    c->got += n;
    return;
  }
  if (c->vobj && !c->vbad && !matches(c->vobj, c->voff + c->got, p, n))
    c->vbad = true;
  if (c->use_md)
    EVP_DigestUpdate(c->md, p, n);
  c->got += n;
}
static void bodybytes(Conn *c, const char *p, size_t n) {
  if (c->aws)
    c->d2.feed(p, n, [&](const char *q, size_t m) { sinkbytes(c, q, m); });
  else
    sinkbytes(c, p, n);
}
static bool ieq(string_view a, const char *b) {
  size_t n = strlen(b);
  return a.size() == n && strncasecmp(a.data(), b, n) == 0;
}
static bool istart(string_view a, const char *b) {
  size_t n = strlen(b);
  return a.size() >= n && strncasecmp(a.data(), b, n) == 0;
}

static bool parse_head(Conn *c, const char *p, size_t n) {
  Req &q = c->rq;
  q.path.clear();
  q.bucket.clear();
  q.key.clear();
  q.qs.clear();
  q.copysrc.clear();
  q.meta.clear();
  q.ctype.clear();
  q.cmd5.clear();
  q.has_range = q.r_suffix = q.r_open = false;
  q.keep = true;
  c->remain = 0;
  c->chunked = c->aws = false;
  c->body.clear();
  c->got = 0;
  c->sink = false;
  c->vobj = nullptr;
  c->voff = 0;
  c->vbad = false;
  c->use_md = false;
  c->d1.reset();
  c->d2.reset();
  const char *e = p + n, *l = (const char *)memchr(p, '\n', n);
  if (!l)
    return false;
  string_view line(p, l - p);
  size_t s1 = line.find(' '), s2 = line.find(' ', s1 + 1);
  if (s1 == string::npos || s2 == string::npos)
    return false;
  string_view m = line.substr(0, s1), t = line.substr(s1 + 1, s2 - s1 - 1);
  static const char *ms[] = {"GET", "PUT", "HEAD", "POST", "DELETE"};
  q.method = "";
  for (auto x : ms)
    if (m == x)
      q.method = x;
  if (istart(t, "http://")) {
    size_t s = t.find('/', 7);
    t = s == string::npos ? string_view("/") : t.substr(s);
  }
  size_t qm = t.find('?');
  q.path = unescape(t.substr(0, qm), false);
  if (qm != string::npos) {
    string_view qs = t.substr(qm + 1);
    while (!qs.empty()) {
      size_t a = qs.find('&');
      string_view kv = qs.substr(0, a);
      size_t eq = kv.find('=');
      q.qs.emplace_back(unescape(kv.substr(0, eq), true), eq == string::npos ? string() : unescape(kv.substr(eq + 1), true));
      if (a == string::npos)
        break;
      qs.remove_prefix(a + 1);
    }
  }
  {
    string_view pp(q.path);
    pp.remove_prefix(1);
    size_t s = pp.find('/');
    q.bucket = string(pp.substr(0, s));
    if (s != string::npos)
      q.key = string(pp.substr(s + 1));
  }
  bool expect = false;
  for (p = l + 1; p < e;) {
    l = (const char *)memchr(p, '\n', e - p);
    if (!l)
      l = e;
    string_view h(p, l - p);
    if (!h.empty() && h.back() == '\r')
      h.remove_suffix(1);
    p = l + 1;
    if (h.empty())
      break;
    size_t k = h.find(':');
    if (k == string::npos)
      continue;
    string_view name = h.substr(0, k), v = h.substr(k + 1);
    while (!v.empty() && v[0] == ' ')
      v.remove_prefix(1);
    switch (name[0] | 32) {
      case 'c':
        if (ieq(name, "content-length"))
          c->remain = strtoull(string(v).c_str(), nullptr, 10);
        else if (ieq(name, "content-md5")) {
          q.cmd5 = v;
          g_contentmd5++;
        } else if (ieq(name, "content-type"))
          q.ctype = v;
        else if (ieq(name, "connection") && ieq(v, "close"))
          q.keep = false;
        else if (ieq(name, "content-encoding") && v.find("aws-chunked") != string::npos)
          c->aws = true;
        break;
      case 't':
        if (ieq(name, "transfer-encoding") && v.find("chunked") != string::npos)
          c->chunked = true;
        break;
      case 'r':
        if (ieq(name, "range") && istart(v, "bytes=")) {
          string s(v.substr(6));
          q.has_range = true;
          size_t d = s.find('-');
          if (d == 0) {
            q.r_suffix = true;
            q.r1 = strtoull(s.c_str() + 1, nullptr, 10);
          } else {
            q.r0 = strtoull(s.c_str(), nullptr, 10);
            if (d + 1 >= s.size())
              q.r_open = true;
            else
              q.r1 = strtoull(s.c_str() + d + 1, nullptr, 10);
          }
        }
        break;
      case 'e':
        if (ieq(name, "expect"))
          expect = true;
        break;
      case 'x':
        if (istart(name, "x-amz-meta-")) {
          q.meta.append(h);
          q.meta += "\r\n";
        } else if (ieq(name, "x-amz-copy-source"))
          q.copysrc = v;
        else if (ieq(name, "x-amz-content-sha256")) {
          if (istart(v, "STREAMING-")) {
            c->aws = true;
            g_awschunked++;
          } else if (v.size() == 64 && (q.method == "PUT"))
            g_put_payload_signed++;
        } else if (ieq(name, "x-amz-copy-source-range") && istart(v, "bytes=")) {
          q.has_range = true;
          string s(v.substr(6));
          size_t d = s.find('-');
          q.r0 = strtoull(s.c_str(), nullptr, 10);
          q.r1 = strtoull(s.c_str() + d + 1, nullptr, 10);
        }
        break;
    }
  }
  // route
  bool up = q.get("uploadId") != nullptr;
  if (q.path[1] == '_')
    c->op = Admin;
  else if (q.bucket.empty())
    c->op = ListBuckets;
  else if (q.key.empty()) {
    if (q.method == "HEAD")
      c->op = HeadBucket;
    else if (q.method == "PUT")
      c->op = CreateBucket;
    else if (q.method == "DELETE")
      c->op = DeleteBucket;
    else if (q.method == "POST")
      c->op = q.get("delete") ? DeleteObjects : BucketMisc;
    else if (q.get("list-type"))
      c->op = ListV2;
    else if (q.qs.empty())
      c->op = ListV1;
    else {
      c->op = ListV1;
      for (auto &k : q.qs)
        if (k.first == "location" || k.first == "versioning" || k.first == "uploads" || k.first == "acl" || k.first == "policy" ||
            k.first == "object-lock" || k.first == "encryption" || k.first == "lifecycle" || k.first == "tagging" || k.first == "website" ||
            k.first == "cors" || k.first == "versions")
          c->op = BucketMisc;
    }
  } else if (q.get("tagging") || q.get("acl") || q.get("retention") || q.get("legal-hold") || q.get("attributes"))
    c->op = ObjectMisc;
  else if (q.method == "GET")
    c->op = up ? ListParts : q.has_range ? GetRange : GetObject;
  else if (q.method == "HEAD")
    c->op = HeadObject;
  else if (q.method == "PUT") {
    if (!q.copysrc.empty())
      c->op = up ? UploadPartCopy : CopyObject;
    else
      c->op = up ? UploadPart : PutObject;
  } else if (q.method == "POST")
    c->op = up ? CompleteMPU : q.get("uploads") ? CreateMPU : ObjectMisc;
  else if (q.method == "DELETE")
    c->op = up ? AbortMPU : DeleteObject;
  else
    c->op = ObjectMisc;
  if (c->op == PutObject || c->op == UploadPart) {
    c->sink = true;
    if (g_md5) {
      if (!c->md)
        c->md = EVP_MD_CTX_new();
      EVP_DigestInit_ex(c->md, EVP_md5(), nullptr);
      c->use_md = true;
    }
    c->known = nullptr;
    {
      auto it = g_synth.find(q.key);
      if (it != g_synth.end()) {
        c->known = it->second;
        if (c->op == UploadPart) {
          int pn = atoi(q.get("partNumber")->c_str());
          u64 sz = c->remain;
          auto u = g_uploads.find(*q.get("uploadId"));
          if (u != g_uploads.end() && !u->second.parts.empty())
            sz = u->second.parts.begin()->second.first;
          if (c->aws || c->chunked)
            c->known = pn == 1 ? c->known : nullptr;
          else {
            if (pn > 1 && (u64)pn * sz > c->known->size && c->remain != sz)
              c->voff = c->known->size - c->remain;
            else
              c->voff = (u64)(pn - 1) * sz;
          }
        }
      }
      c->vobj = g_verify ? c->known : nullptr;
    }
  }
  if (expect) {
    g_expect++;
    static const char k[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (c->ssl)
      SSL_write(c->ssl, k, sizeof k - 1);
    else if (send(c->fd, k, sizeof k - 1, MSG_NOSIGNAL) < 0)
      return false;
  }
  return true;
}
// run the state machine on what is buffered; false = connection gone
static bool process(Conn *c) {
  for (;;) {
    if (c->st == HDR) {
      if (c->r == c->w) {
        c->r = c->w = 0;
        return true;
      }
      const char *p = c->buf.data() + c->r;
      char *e = (char *)memmem(p, c->w - c->r, "\r\n\r\n", 4);
      if (!e) {
        if (c->r) {
          memmove(c->buf.data(), p, c->w - c->r);
          c->w -= c->r;
          c->r = 0;
        }
        if (c->w == c->buf.size()) {
          closeconn(c);
          return false;
        }
        return true;
      }
      size_t n = e + 4 - p;
      c->r += n;
      if (!parse_head(c, p, n)) {
        closeconn(c);
        return false;
      }
      c->st = BODY;
    }
    if (c->st == BODY) {
      size_t have = c->w - c->r;
      if (c->chunked) {
        if (have)
          c->r += c->d1.feed(c->buf.data() + c->r, have, [&](const char *q, size_t m) { bodybytes(c, q, m); });
        if (!c->d1.done) {
          c->r = c->w = 0;
          return true;
        }
      } else {
        size_t m = (size_t)std::min<u64>(have, c->remain);
        if (m) {
          bodybytes(c, c->buf.data() + c->r, m);
          c->r += m;
          c->remain -= m;
        }
        if (c->remain) {
          c->r = c->w = 0;
          return true;
        }
      }
      finish(c);
      if (c->st == DELAY)
        return true;
    }
    if (c->st == WRITE) {
      int k = flush(c);
      if (k < 0) {
        closeconn(c);
        return false;
      }
      if (k == 0) {
        if (!c->want_w) {
          c->want_w = true;
          setev(c, EPOLLOUT);
        }
        return true;
      }
      if (c->want_w) {
        c->want_w = false;
        setev(c, EPOLLIN);
      }
      if (!c->rq.keep) {
        closeconn(c);
        return false;
      }
      c->st = HDR;
    }
  }
}
static void readable(Conn *c) {
  for (int round = 0; round < 16 || c->ssl; round++) {
    ssize_t k;
    if (c->st == BODY && !c->chunked && c->remain && c->r == c->w) {  // fast path: bulk body
      bool direct = c->sink && !c->aws && !c->use_md && !c->vobj;
      k = io_read(c, g_scratch, (size_t)std::min<u64>(c->remain, sizeof g_scratch), direct && !c->ssl);
      if (k > 0) {
        g_bin += k;
        c->remain -= k;
        if (direct)
          c->got += k;
        else
          bodybytes(c, g_scratch, k);
        if (!c->remain) {
          if (!process(c))
            return;
          if (c->st == DELAY || c->want_w)
            return;
        } else if (c->ssl || (size_t)k == sizeof g_scratch)
          continue;
        else
          return;
      }
    } else {
      if (c->st == WRITE || c->st == DELAY)
        return;
      k = io_read(c, c->buf.data() + c->w, c->buf.size() - c->w, false);
      if (k > 0) {
        bool full = (size_t)k == c->buf.size() - c->w;
        g_bin += k;
        c->w += k;
        if (!process(c))
          return;
        if (c->want_w || c->st == DELAY)
          return;
        if (!c->ssl && !full)
          return;
      }
    }
    if (k == 0 || k == -2) {
      closeconn(c);
      return;
    }
    if (k == -1)
      return;
  }
}
static volatile sig_atomic_t g_stop = 0;
int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGTERM, [](int) { g_stop = 1; });
  signal(SIGINT, [](int) { g_stop = 1; });
  std::vector<std::pair<int, bool>> ports;
  bool tls = false;
  for (int i = 1; i < argc; i++) {
    string a = argv[i];
    auto nx = [&] { return i + 1 < argc ? argv[++i] : (char *)"0"; };
    if (a == "--port")
      ports.push_back({atoi(nx()), tls});
    else if (a == "--small")
      g_small_n = atoll(nx());
    else if (a == "--small-size")
      g_small_sz = atoll(nx());
    else if (a == "--mid")
      g_mid_n = atoll(nx());
    else if (a == "--mid-size")
      g_mid_sz = atoll(nx());
    else if (a == "--large")
      g_large_n = atoll(nx());
    else if (a == "--virtual")
      g_virtual_n = atoll(nx());
    else if (a == "--large-size")
      g_large_sz = atoll(nx());
    else if (a == "--per-dir")
      g_per_dir = atoll(nx());
    else if (a == "--md5")
      g_md5 = true;
    else if (a == "--verify")
      g_verify = true;
    else if (a == "--fake-etag")
      g_fake_etag = true;
    else if (a == "--latency-ms")
      g_latency_ms = atoi(nx());
    else if (a == "--tls") {
      tls = true;
      g_ctx = SSL_CTX_new(TLS_server_method());
      if (SSL_CTX_use_certificate_chain_file(g_ctx, nx()) != 1 || SSL_CTX_use_PrivateKey_file(g_ctx, nx(), SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "tls cert\n");
        return 1;
      }
      SSL_CTX_set_mode(g_ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
      SSL_CTX_set_read_ahead(g_ctx, 1);
    } else {
      fprintf(stderr, "unknown option %s\n", a.c_str());
      return 2;
    }
  }
  if (ports.empty())
    ports.push_back({9101, false});
  make_ring();
  if (g_small_n)
    make_bucket("small", "s", g_small_n, g_small_sz);
  if (g_mid_n)
    make_bucket("mid", "m", g_mid_n, g_mid_sz);
  if (g_large_n)
    make_bucket("large", "l", g_large_n, g_large_sz);
  g_buckets["dst"];
  if (g_virtual_n) {
    g_buckets["virtual"];
    g_buckets["virtual-copy"];
  }
  g_ep = epoll_create1(0);
  std::map<int, bool> listeners;
  for (auto &p : ports) {
    int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(p.first);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(s, (sockaddr *)&a, sizeof a) || listen(s, 1024)) {
      perror("bind");
      return 1;
    }
    epoll_event e{};
    e.events = EPOLLIN;
    e.data.u64 = ((u64)s << 1) | 1;
    epoll_ctl(g_ep, EPOLL_CTL_ADD, s, &e);
    listeners[s] = p.second;
  }
  getrusage(RUSAGE_SELF, &g_ru0);
  g_t0 = now();
  printf("s3stub ready\n");
  fflush(stdout);
  epoll_event ev[256];
  while (!g_stop) {
    int to = 1000;
    if (!g_delay.empty()) {
      double d = (g_delay.front().t - now()) * 1e3;
      to = d <= 0 ? 0 : (int)d + 1;
    }
    int n = epoll_wait(g_ep, ev, 256, to);
    for (int i = 0; i < n; i++) {
      if (ev[i].data.u64 & 1) {
        int ls = (int)(ev[i].data.u64 >> 1);
        for (;;) {
          int fd = accept4(ls, nullptr, nullptr, SOCK_NONBLOCK);
          if (fd < 0)
            break;
          int one = 1;
          setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          Conn *c = new Conn;
          c->fd = fd;
          c->id = g_connseq++;
          c->buf.resize(64 << 10);
          g_conn[fd] = c;
          g_conns++;
          g_conns_open++;
          if (listeners[ls]) {
            c->ssl = SSL_new(g_ctx);
            SSL_set_fd(c->ssl, fd);
            SSL_set_accept_state(c->ssl);
          }
          epoll_event e{};
          e.events = EPOLLIN;
          e.data.ptr = c;
          epoll_ctl(g_ep, EPOLL_CTL_ADD, fd, &e);
        }
        continue;
      }
      Conn *c = (Conn *)ev[i].data.ptr;
      if (ev[i].events & (EPOLLERR | EPOLLHUP)) {
        closeconn(c);
        continue;
      }
      if (ev[i].events & EPOLLOUT) {
        if (!process(c))
          continue;
        if (c->st == HDR && c->ssl)
          readable(c);
        continue;
      }
      if (ev[i].events & EPOLLIN)
        readable(c);
    }
    if (!g_delay.empty()) {
      double t = now();
      while (!g_delay.empty() && g_delay.front().t <= t) {
        Delayed d = g_delay.front();
        g_delay.pop_front();
        auto it = g_conn.find(d.fd);
        if (it == g_conn.end() || it->second->id != d.id)
          continue;
        Conn *c = it->second;
        c->st = WRITE;
        c->want_w = false;
        setev(c, EPOLLIN);
        if (process(c) && c->st == HDR && c->ssl)
          readable(c);
      }
    }
  }
  return 0;
}
