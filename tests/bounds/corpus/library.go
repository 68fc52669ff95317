// Package library calls each function of the standard library whose parameters are plain, and a few more: one wrapper each, so that each has its own runs.
package library

import (
	"amigos/cid"
	"amigos/decimal"
	"bufio"
	"bytes"
	"container/list"
	"container/ring"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha3"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"html"
	"math"
	"math/big"
	"math/bits"
	"math/cmplx"
	"math/rand/v2"
	"net/url"
	"oracle"
	"oracles"
	"path"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

var errLibrary = errors.New("library: an error")

func AmigosEmit(name, text string, n int) { amigos.Emit(name, "text", text, "n", n) }

func AmigosSelf() { _, _, _ = amigos.Self(), amigos.Height(), amigos.Now() }

func AmigosBalance(of amigos.Address) { _ = amigos.Balance(of) }

func AmigosSend(to amigos.Address, n uint64) { _ = amigos.Send(to, amigos.Coins(n%3)) }

func AmigosAddress(a amigos.Address) { _, _, _ = a.IsValid(), a.IsZero(), a.Short() }

func Sign(seed, message []byte) {
	if len(seed) < ed25519.SeedSize {
		return
	}
	key := ed25519.NewKeyFromSeed(seed[:ed25519.SeedSize])
	public, _ := key.Public().(ed25519.PublicKey)
	_ = ed25519.Verify(public, message, ed25519.Sign(key, message))
}

func BigArithmetic(a, b int64) {
	x, y := big.NewInt(a), big.NewInt(b)
	_ = new(big.Int).Add(x, y)
	_ = new(big.Int).Sub(x, y)
	_ = new(big.Int).Mul(x, y)
}

func BigText(a int64) { _ = big.NewInt(a).String() }

func PriceOf(pair string) { _ = oracle.Fetch(pair) }

func ErrorOf(text string) {
	err := fmt.Errorf("wrapped: %w", errors.New(text))
	_ = errors.Is(err, errLibrary)
	_ = errors.Unwrap(err)
}

func Formatted(text string, n int, f float64, ok bool) {
	_ = fmt.Sprintf("%s %d %.2f %t %v %q %x", text, n, f, ok, text, text, n)
	_ = fmt.Sprint(text, n, f, ok)
	_ = fmt.Sprintln(text, n)
}

func Printed(text string, n int) { fmt.Println(text, n) }

func SwappedInts(list []int) {
	if len(list) > 1 {
		sort.Sort(sort.IntSlice(list[:2]))
	}
}

func Replaced(text string) { _ = strings.NewReplacer("a", "bb", "x", "").Replace(text) }

func Mapped(text string) {
	_ = strings.Map(func(r rune) rune { return unicode.ToUpper(r) }, text)
}

func Summed(data []byte) {
	h := sha256.New()
	h.Write(data)
	_ = h.Sum(nil)
}

func AmigosCidSum(a []byte) { _ = cid.Sum(a) }

func AmigosCidValid(a string) { _ = cid.Valid(a) }

func AmigosDecimalNew(a int64, b int) { _ = decimal.New(a, b) }

func AmigosDecimalFromInt(a int64) { _ = decimal.FromInt(a) }

func AmigosDecimalParse(a string) { _, _ = decimal.Parse(a) }

func BufioScanBytes(a []byte, b bool) { _, _, _ = bufio.ScanBytes(a, b) }

func BufioScanRunes(a []byte, b bool) { _, _, _ = bufio.ScanRunes(a, b) }

func BufioScanLines(a []byte, b bool) { _, _, _ = bufio.ScanLines(a, b) }

func BufioScanWords(a []byte, b bool) { _, _, _ = bufio.ScanWords(a, b) }

func BytesNewBuffer(a []byte) { _ = bytes.NewBuffer(a) }

func BytesNewBufferString(a string) { _ = bytes.NewBufferString(a) }

func BytesSplit(a []byte, b []byte) { _ = bytes.Split(a, b) }

func BytesSplitN(a []byte, b []byte, c int) { _ = bytes.SplitN(a, b, c) }

func BytesSplitAfter(a []byte, b []byte) { _ = bytes.SplitAfter(a, b) }

func BytesSplitAfterN(a []byte, b []byte, c int) { _ = bytes.SplitAfterN(a, b, c) }

func BytesCut(a []byte, b []byte) { _, _, _ = bytes.Cut(a, b) }

func BytesCutPrefix(a []byte, b []byte) { _, _ = bytes.CutPrefix(a, b) }

func BytesCutSuffix(a []byte, b []byte) { _, _ = bytes.CutSuffix(a, b) }

func BytesFields(a []byte) { _ = bytes.Fields(a) }

func BytesClone(a []byte) { _ = bytes.Clone(a) }

func BytesRepeat(a []byte, b int) { _ = bytes.Repeat(a, b) }

func BytesReplace(a []byte, b []byte, c []byte, d int) { _ = bytes.Replace(a, b, c, d) }

func BytesReplaceAll(a []byte, b []byte, c []byte) { _ = bytes.ReplaceAll(a, b, c) }

func BytesToUpper(a []byte) { _ = bytes.ToUpper(a) }

func BytesToLower(a []byte) { _ = bytes.ToLower(a) }

func BytesToTitle(a []byte) { _ = bytes.ToTitle(a) }

func BytesToValidUTF8(a []byte, b []byte) { _ = bytes.ToValidUTF8(a, b) }

func BytesRunes(a []byte) { _ = bytes.Runes(a) }

func BytesTrim(a []byte, b string) { _ = bytes.Trim(a, b) }

func BytesTrimLeft(a []byte, b string) { _ = bytes.TrimLeft(a, b) }

func BytesTrimRight(a []byte, b string) { _ = bytes.TrimRight(a, b) }

func BytesTrimSpace(a []byte) { _ = bytes.TrimSpace(a) }

func BytesTrimPrefix(a []byte, b []byte) { _ = bytes.TrimPrefix(a, b) }

func BytesTrimSuffix(a []byte, b []byte) { _ = bytes.TrimSuffix(a, b) }

func BytesNewReader(a []byte) { _ = bytes.NewReader(a) }

func BytesEqual(a []byte, b []byte) { _ = bytes.Equal(a, b) }

func BytesCompare(a []byte, b []byte) { _ = bytes.Compare(a, b) }

func BytesIndex(a []byte, b []byte) { _ = bytes.Index(a, b) }

func BytesLastIndex(a []byte, b []byte) { _ = bytes.LastIndex(a, b) }

func BytesIndexByte(a []byte, b byte) { _ = bytes.IndexByte(a, b) }

func BytesLastIndexByte(a []byte, b byte) { _ = bytes.LastIndexByte(a, b) }

func BytesCount(a []byte, b []byte) { _ = bytes.Count(a, b) }

func BytesIndexRune(a []byte, b rune) { _ = bytes.IndexRune(a, b) }

func BytesIndexAny(a []byte, b string) { _ = bytes.IndexAny(a, b) }

func BytesLastIndexAny(a []byte, b string) { _ = bytes.LastIndexAny(a, b) }

func BytesContains(a []byte, b []byte) { _ = bytes.Contains(a, b) }

func BytesContainsAny(a []byte, b string) { _ = bytes.ContainsAny(a, b) }

func BytesContainsRune(a []byte, b rune) { _ = bytes.ContainsRune(a, b) }

func BytesHasPrefix(a []byte, b []byte) { _ = bytes.HasPrefix(a, b) }

func BytesHasSuffix(a []byte, b []byte) { _ = bytes.HasSuffix(a, b) }

func BytesEqualFold(a []byte, b []byte) { _ = bytes.EqualFold(a, b) }

func ContainerListNew() { _ = list.New() }

func ContainerRingNew(a int) { _ = ring.New(a) }

func CryptoEd25519NewKeyFromSeed(a []byte) { _ = ed25519.NewKeyFromSeed(a) }

func CryptoHmacEqual(a []byte, b []byte) { _ = hmac.Equal(a, b) }

func CryptoSha256Sum256(a []byte) { _ = sha256.Sum256(a) }

func CryptoSha256Sum224(a []byte) { _ = sha256.Sum224(a) }

func CryptoSha256New() { _ = sha256.New() }

func CryptoSha256New224() { _ = sha256.New224() }

func CryptoSha3Sum224(a []byte) { _ = sha3.Sum224(a) }

func CryptoSha3Sum256(a []byte) { _ = sha3.Sum256(a) }

func CryptoSha3Sum384(a []byte) { _ = sha3.Sum384(a) }

func CryptoSha3Sum512(a []byte) { _ = sha3.Sum512(a) }

func CryptoSha3New224() { _ = sha3.New224() }

func CryptoSha3New256() { _ = sha3.New256() }

func CryptoSha3New384() { _ = sha3.New384() }

func CryptoSha3New512() { _ = sha3.New512() }

func CryptoSha3SumSHAKE128(a []byte, b int) { _ = sha3.SumSHAKE128(a, b) }

func CryptoSha3SumSHAKE256(a []byte, b int) { _ = sha3.SumSHAKE256(a, b) }

func CryptoSha3NewSHAKE128() { _ = sha3.NewSHAKE128() }

func CryptoSha3NewSHAKE256() { _ = sha3.NewSHAKE256() }

func CryptoSha512Sum512(a []byte) { _ = sha512.Sum512(a) }

func CryptoSha512Sum384(a []byte) { _ = sha512.Sum384(a) }

func CryptoSha512Sum512_256(a []byte) { _ = sha512.Sum512_256(a) }

func CryptoSha512Sum512_224(a []byte) { _ = sha512.Sum512_224(a) }

func CryptoSha512New() { _ = sha512.New() }

func CryptoSha512New384() { _ = sha512.New384() }

func CryptoSha512New512_256() { _ = sha512.New512_256() }

func CryptoSha512New512_224() { _ = sha512.New512_224() }

func CryptoSubtleConstantTimeCompare(a []byte, b []byte) { _ = subtle.ConstantTimeCompare(a, b) }

func CryptoSubtleConstantTimeSelect(a int, b int, c int) { _ = subtle.ConstantTimeSelect(a, b, c) }

func CryptoSubtleConstantTimeByteEq(a uint8, b uint8) { _ = subtle.ConstantTimeByteEq(a, b) }

func CryptoSubtleConstantTimeEq(a int32, b int32) { _ = subtle.ConstantTimeEq(a, b) }

func CryptoSubtleConstantTimeLessOrEq(a int, b int) { _ = subtle.ConstantTimeLessOrEq(a, b) }

func CryptoSubtleConstantTimeCopy(a int, b []byte, c []byte) { subtle.ConstantTimeCopy(a, b, c) }

func CryptoSubtleXORBytes(a []byte, b []byte, c []byte) { _ = subtle.XORBytes(a, b, c) }

func EncodingBase32NewEncoding(a string) { _ = base32.NewEncoding(a) }

func EncodingBase64NewEncoding(a string) { _ = base64.NewEncoding(a) }

func EncodingBinaryAppendUvarint(a []byte, b uint64) { _ = binary.AppendUvarint(a, b) }

func EncodingBinaryPutUvarint(a []byte, b uint64) { _ = binary.PutUvarint(a, b) }

func EncodingBinaryUvarint(a []byte) { _, _ = binary.Uvarint(a) }

func EncodingBinaryAppendVarint(a []byte, b int64) { _ = binary.AppendVarint(a, b) }

func EncodingBinaryPutVarint(a []byte, b int64) { _ = binary.PutVarint(a, b) }

func EncodingBinaryVarint(a []byte) { _, _ = binary.Varint(a) }

func EncodingHexEncodedLen(a int) { _ = hex.EncodedLen(a) }

func EncodingHexDecodedLen(a int) { _ = hex.DecodedLen(a) }

func EncodingHexEncode(a []byte, b []byte) { _ = hex.Encode(a, b) }

func EncodingHexAppendEncode(a []byte, b []byte) { _ = hex.AppendEncode(a, b) }

func EncodingHexEncodeToString(a []byte) { _ = hex.EncodeToString(a) }

func EncodingHexDecode(a []byte, b []byte) { _, _ = hex.Decode(a, b) }

func EncodingHexAppendDecode(a []byte, b []byte) { _, _ = hex.AppendDecode(a, b) }

func EncodingHexDecodeString(a string) { _, _ = hex.DecodeString(a) }

func EncodingJsonValid(a []byte) { _ = json.Valid(a) }

func ErrorsNew(a string) { _ = errors.New(a) }

func HashCrc32MakeTable(a uint32) { _ = crc32.MakeTable(a) }

func HashCrc32ChecksumIEEE(a []byte) { _ = crc32.ChecksumIEEE(a) }

func HashCrc32NewIEEE() { _ = crc32.NewIEEE() }

func HashFnvNew32() { _ = fnv.New32() }

func HashFnvNew32a() { _ = fnv.New32a() }

func HashFnvNew64() { _ = fnv.New64() }

func HashFnvNew64a() { _ = fnv.New64a() }

func HashFnvNew128() { _ = fnv.New128() }

func HashFnvNew128a() { _ = fnv.New128a() }

func HtmlEscapeString(a string) { _ = html.EscapeString(a) }

func HtmlUnescapeString(a string) { _ = html.UnescapeString(a) }

func MathFloat64bits(a float64) { _ = math.Float64bits(a) }

func MathFloat64frombits(a uint64) { _ = math.Float64frombits(a) }

func MathFloat32frombits(a uint32) { _ = math.Float32frombits(a) }

func MathInf(a int) { _ = math.Inf(a) }

func MathNaN() { _ = math.NaN() }

func MathIsNaN(a float64) { _ = math.IsNaN(a) }

func MathIsInf(a float64, b int) { _ = math.IsInf(a, b) }

func MathSignbit(a float64) { _ = math.Signbit(a) }

func MathCopysign(a float64, b float64) { _ = math.Copysign(a, b) }

func MathAbs(a float64) { _ = math.Abs(a) }

func MathMax(a float64, b float64) { _ = math.Max(a, b) }

func MathMin(a float64, b float64) { _ = math.Min(a, b) }

func MathDim(a float64, b float64) { _ = math.Dim(a, b) }

func MathModf(a float64) { _, _ = math.Modf(a) }

func MathFrexp(a float64) { _, _ = math.Frexp(a) }

func MathLdexp(a float64, b int) { _ = math.Ldexp(a, b) }

func MathNextafter(a float64, b float64) { _ = math.Nextafter(a, b) }

func MathSqrt(a float64) { _ = math.Sqrt(a) }

func MathCbrt(a float64) { _ = math.Cbrt(a) }

func MathFloor(a float64) { _ = math.Floor(a) }

func MathCeil(a float64) { _ = math.Ceil(a) }

func MathTrunc(a float64) { _ = math.Trunc(a) }

func MathRound(a float64) { _ = math.Round(a) }

func MathRoundToEven(a float64) { _ = math.RoundToEven(a) }

func MathExp(a float64) { _ = math.Exp(a) }

func MathExp2(a float64) { _ = math.Exp2(a) }

func MathExpm1(a float64) { _ = math.Expm1(a) }

func MathLog(a float64) { _ = math.Log(a) }

func MathLog2(a float64) { _ = math.Log2(a) }

func MathLog10(a float64) { _ = math.Log10(a) }

func MathLog1p(a float64) { _ = math.Log1p(a) }

func MathSin(a float64) { _ = math.Sin(a) }

func MathCos(a float64) { _ = math.Cos(a) }

func MathTan(a float64) { _ = math.Tan(a) }

func MathAsin(a float64) { _ = math.Asin(a) }

func MathAcos(a float64) { _ = math.Acos(a) }

func MathAtan(a float64) { _ = math.Atan(a) }

func MathSinh(a float64) { _ = math.Sinh(a) }

func MathCosh(a float64) { _ = math.Cosh(a) }

func MathTanh(a float64) { _ = math.Tanh(a) }

func MathPow(a float64, b float64) { _ = math.Pow(a, b) }

func MathMod(a float64, b float64) { _ = math.Mod(a, b) }

func MathRemainder(a float64, b float64) { _ = math.Remainder(a, b) }

func MathAtan2(a float64, b float64) { _ = math.Atan2(a, b) }

func MathHypot(a float64, b float64) { _ = math.Hypot(a, b) }

func MathBigNewInt(a int64) { _ = big.NewInt(a) }

func MathBitsAdd64(a uint64, b uint64, c uint64) { _, _ = bits.Add64(a, b, c) }

func MathBitsSub64(a uint64, b uint64, c uint64) { _, _ = bits.Sub64(a, b, c) }

func MathBitsMul64(a uint64, b uint64) { _, _ = bits.Mul64(a, b) }

func MathBitsDiv64(a uint64, b uint64, c uint64) { _, _ = bits.Div64(a, b, c) }

func MathBitsRem64(a uint64, b uint64, c uint64) { _ = bits.Rem64(a, b, c) }

func MathBitsAdd32(a uint32, b uint32, c uint32) { _, _ = bits.Add32(a, b, c) }

func MathBitsSub32(a uint32, b uint32, c uint32) { _, _ = bits.Sub32(a, b, c) }

func MathBitsMul32(a uint32, b uint32) { _, _ = bits.Mul32(a, b) }

func MathBitsDiv32(a uint32, b uint32, c uint32) { _, _ = bits.Div32(a, b, c) }

func MathBitsRem32(a uint32, b uint32, c uint32) { _ = bits.Rem32(a, b, c) }

func MathBitsLen64(a uint64) { _ = bits.Len64(a) }

func MathBitsOnesCount64(a uint64) { _ = bits.OnesCount64(a) }

func MathBitsTrailingZeros64(a uint64) { _ = bits.TrailingZeros64(a) }

func MathBitsReverse64(a uint64) { _ = bits.Reverse64(a) }

func MathBitsReverseBytes64(a uint64) { _ = bits.ReverseBytes64(a) }

func MathBitsLen8(a uint8) { _ = bits.Len8(a) }

func MathBitsOnesCount8(a uint8) { _ = bits.OnesCount8(a) }

func MathBitsTrailingZeros8(a uint8) { _ = bits.TrailingZeros8(a) }

func MathBitsReverse8(a uint8) { _ = bits.Reverse8(a) }

func MathBitsLeadingZeros8(a uint8) { _ = bits.LeadingZeros8(a) }

func MathBitsRotateLeft8(a uint8, b int) { _ = bits.RotateLeft8(a, b) }

func MathBitsLen16(a uint16) { _ = bits.Len16(a) }

func MathBitsOnesCount16(a uint16) { _ = bits.OnesCount16(a) }

func MathBitsTrailingZeros16(a uint16) { _ = bits.TrailingZeros16(a) }

func MathBitsReverse16(a uint16) { _ = bits.Reverse16(a) }

func MathBitsReverseBytes16(a uint16) { _ = bits.ReverseBytes16(a) }

func MathBitsLeadingZeros16(a uint16) { _ = bits.LeadingZeros16(a) }

func MathBitsRotateLeft16(a uint16, b int) { _ = bits.RotateLeft16(a, b) }

func MathBitsLen32(a uint32) { _ = bits.Len32(a) }

func MathBitsOnesCount32(a uint32) { _ = bits.OnesCount32(a) }

func MathBitsTrailingZeros32(a uint32) { _ = bits.TrailingZeros32(a) }

func MathBitsReverse32(a uint32) { _ = bits.Reverse32(a) }

func MathBitsReverseBytes32(a uint32) { _ = bits.ReverseBytes32(a) }

func MathBitsLeadingZeros32(a uint32) { _ = bits.LeadingZeros32(a) }

func MathBitsRotateLeft32(a uint32, b int) { _ = bits.RotateLeft32(a, b) }

func MathBitsLeadingZeros64(a uint64) { _ = bits.LeadingZeros64(a) }

func MathBitsRotateLeft64(a uint64, b int) { _ = bits.RotateLeft64(a, b) }

func MathCmplxRect(a float64, b float64) { _ = cmplx.Rect(a, b) }

func MathCmplxInf() { _ = cmplx.Inf() }

func MathCmplxNaN() { _ = cmplx.NaN() }

func MathRandV2NewPCG(a uint64, b uint64) { _ = rand.NewPCG(a, b) }

func NetUrlQueryEscape(a string) { _ = url.QueryEscape(a) }

func NetUrlPathEscape(a string) { _ = url.PathEscape(a) }

func NetUrlQueryUnescape(a string) { _, _ = url.QueryUnescape(a) }

func NetUrlPathUnescape(a string) { _, _ = url.PathUnescape(a) }

func NetUrlUser(a string) { _ = url.User(a) }

func NetUrlUserPassword(a string, b string) { _ = url.UserPassword(a, b) }

func NetUrlParse(a string) { _, _ = url.Parse(a) }

func NetUrlParseRequestURI(a string) { _, _ = url.ParseRequestURI(a) }

func NetUrlJoinPath(a string, b []string) { _, _ = url.JoinPath(a, b...) }

func NetUrlParseQuery(a string) { _, _ = url.ParseQuery(a) }

func OracleParsePrice(a string) { _, _ = oracle.ParsePrice(a) }

func OraclesAll() { _ = oracles.All() }

func PathClean(a string) { _ = path.Clean(a) }

func PathSplit(a string) { _, _ = path.Split(a) }

func PathJoin(a []string) { _ = path.Join(a...) }

func PathExt(a string) { _ = path.Ext(a) }

func PathBase(a string) { _ = path.Base(a) }

func PathIsAbs(a string) { _ = path.IsAbs(a) }

func PathDir(a string) { _ = path.Dir(a) }

func PathMatch(a string, b string) { _, _ = path.Match(a, b) }

func SortSearchInts(a []int, b int) { _ = sort.SearchInts(a, b) }

func SortSearchFloat64s(a []float64, b float64) { _ = sort.SearchFloat64s(a, b) }

func SortSearchStrings(a []string, b string) { _ = sort.SearchStrings(a, b) }

func SortInts(a []int) { sort.Ints(a) }

func SortFloat64s(a []float64) { sort.Float64s(a) }

func SortStrings(a []string) { sort.Strings(a) }

func SortIntsAreSorted(a []int) { _ = sort.IntsAreSorted(a) }

func SortFloat64sAreSorted(a []float64) { _ = sort.Float64sAreSorted(a) }

func SortStringsAreSorted(a []string) { _ = sort.StringsAreSorted(a) }

func StrconvItoa(a int) { _ = strconv.Itoa(a) }

func StrconvFormatInt(a int64, b int) { _ = strconv.FormatInt(a, b) }

func StrconvFormatUint(a uint64, b int) { _ = strconv.FormatUint(a, b) }

func StrconvAppendInt(a []byte, b int64, c int) { _ = strconv.AppendInt(a, b, c) }

func StrconvAppendUint(a []byte, b uint64, c int) { _ = strconv.AppendUint(a, b, c) }

func StrconvAtoi(a string) { _, _ = strconv.Atoi(a) }

func StrconvParseInt(a string, b int, c int) { _, _ = strconv.ParseInt(a, b, c) }

func StrconvParseUint(a string, b int, c int) { _, _ = strconv.ParseUint(a, b, c) }

func StrconvParseBool(a string) { _, _ = strconv.ParseBool(a) }

func StrconvFormatBool(a bool) { _ = strconv.FormatBool(a) }

func StrconvAppendBool(a []byte, b bool) { _ = strconv.AppendBool(a, b) }

func StrconvParseFloat(a string, b int) { _, _ = strconv.ParseFloat(a, b) }

func StrconvFormatFloat(a float64, b byte, c int, d int) { _ = strconv.FormatFloat(a, b, c, d) }

func StrconvAppendFloat(a []byte, b float64, c byte, d int, e int) { _ = strconv.AppendFloat(a, b, c, d, e) }

func StrconvQuote(a string) { _ = strconv.Quote(a) }

func StrconvQuoteToASCII(a string) { _ = strconv.QuoteToASCII(a) }

func StrconvQuoteRune(a rune) { _ = strconv.QuoteRune(a) }

func StrconvQuoteRuneToASCII(a rune) { _ = strconv.QuoteRuneToASCII(a) }

func StrconvAppendQuote(a []byte, b string) { _ = strconv.AppendQuote(a, b) }

func StrconvAppendQuoteRune(a []byte, b rune) { _ = strconv.AppendQuoteRune(a, b) }

func StrconvCanBackquote(a string) { _ = strconv.CanBackquote(a) }

func StrconvUnquote(a string) { _, _ = strconv.Unquote(a) }

func StrconvIsPrint(a rune) { _ = strconv.IsPrint(a) }

func StrconvIsGraphic(a rune) { _ = strconv.IsGraphic(a) }

func StringsClone(a string) { _ = strings.Clone(a) }

func StringsRepeat(a string, b int) { _ = strings.Repeat(a, b) }

func StringsReplace(a string, b string, c string, d int) { _ = strings.Replace(a, b, c, d) }

func StringsReplaceAll(a string, b string, c string) { _ = strings.ReplaceAll(a, b, c) }

func StringsToUpper(a string) { _ = strings.ToUpper(a) }

func StringsToLower(a string) { _ = strings.ToLower(a) }

func StringsToTitle(a string) { _ = strings.ToTitle(a) }

func StringsToValidUTF8(a string, b string) { _ = strings.ToValidUTF8(a, b) }

func StringsTrim(a string, b string) { _ = strings.Trim(a, b) }

func StringsTrimLeft(a string, b string) { _ = strings.TrimLeft(a, b) }

func StringsTrimRight(a string, b string) { _ = strings.TrimRight(a, b) }

func StringsTrimSpace(a string) { _ = strings.TrimSpace(a) }

func StringsTrimPrefix(a string, b string) { _ = strings.TrimPrefix(a, b) }

func StringsTrimSuffix(a string, b string) { _ = strings.TrimSuffix(a, b) }

func StringsNewReader(a string) { _ = strings.NewReader(a) }

func StringsNewReplacer(a []string) { _ = strings.NewReplacer(a...) }

func StringsIndex(a string, b string) { _ = strings.Index(a, b) }

func StringsLastIndex(a string, b string) { _ = strings.LastIndex(a, b) }

func StringsIndexByte(a string, b byte) { _ = strings.IndexByte(a, b) }

func StringsLastIndexByte(a string, b byte) { _ = strings.LastIndexByte(a, b) }

func StringsIndexRune(a string, b rune) { _ = strings.IndexRune(a, b) }

func StringsIndexAny(a string, b string) { _ = strings.IndexAny(a, b) }

func StringsLastIndexAny(a string, b string) { _ = strings.LastIndexAny(a, b) }

func StringsContains(a string, b string) { _ = strings.Contains(a, b) }

func StringsContainsRune(a string, b rune) { _ = strings.ContainsRune(a, b) }

func StringsContainsAny(a string, b string) { _ = strings.ContainsAny(a, b) }

func StringsHasPrefix(a string, b string) { _ = strings.HasPrefix(a, b) }

func StringsHasSuffix(a string, b string) { _ = strings.HasSuffix(a, b) }

func StringsCount(a string, b string) { _ = strings.Count(a, b) }

func StringsCompare(a string, b string) { _ = strings.Compare(a, b) }

func StringsEqualFold(a string, b string) { _ = strings.EqualFold(a, b) }

func StringsLines(a string) { _ = strings.Lines(a) }

func StringsSplitSeq(a string, b string) { _ = strings.SplitSeq(a, b) }

func StringsSplitAfterSeq(a string, b string) { _ = strings.SplitAfterSeq(a, b) }

func StringsFieldsSeq(a string) { _ = strings.FieldsSeq(a) }

func StringsSplit(a string, b string) { _ = strings.Split(a, b) }

func StringsSplitN(a string, b string, c int) { _ = strings.SplitN(a, b, c) }

func StringsSplitAfter(a string, b string) { _ = strings.SplitAfter(a, b) }

func StringsSplitAfterN(a string, b string, c int) { _ = strings.SplitAfterN(a, b, c) }

func StringsCut(a string, b string) { _, _, _ = strings.Cut(a, b) }

func StringsCutPrefix(a string, b string) { _, _ = strings.CutPrefix(a, b) }

func StringsCutSuffix(a string, b string) { _, _ = strings.CutSuffix(a, b) }

func StringsFields(a string) { _ = strings.Fields(a) }

func StringsJoin(a []string, b string) { _ = strings.Join(a, b) }

func TimeParseDuration(a string) { _, _ = time.ParseDuration(a) }

func TimeParse(a string, b string) { _, _ = time.Parse(a, b) }

func TimeUnix(a int64, b int64) { _ = time.Unix(a, b) }

func TimeUnixMilli(a int64) { _ = time.UnixMilli(a) }

func TimeUnixMicro(a int64) { _ = time.UnixMicro(a) }

func UnicodeIsSpace(a rune) { _ = unicode.IsSpace(a) }

func UnicodeIsLetter(a rune) { _ = unicode.IsLetter(a) }

func UnicodeIsDigit(a rune) { _ = unicode.IsDigit(a) }

func UnicodeIsNumber(a rune) { _ = unicode.IsNumber(a) }

func UnicodeIsUpper(a rune) { _ = unicode.IsUpper(a) }

func UnicodeIsLower(a rune) { _ = unicode.IsLower(a) }

func UnicodeIsTitle(a rune) { _ = unicode.IsTitle(a) }

func UnicodeIsMark(a rune) { _ = unicode.IsMark(a) }

func UnicodeIsPunct(a rune) { _ = unicode.IsPunct(a) }

func UnicodeIsSymbol(a rune) { _ = unicode.IsSymbol(a) }

func UnicodeIsControl(a rune) { _ = unicode.IsControl(a) }

func UnicodeIsGraphic(a rune) { _ = unicode.IsGraphic(a) }

func UnicodeIsPrint(a rune) { _ = unicode.IsPrint(a) }

func UnicodeToUpper(a rune) { _ = unicode.ToUpper(a) }

func UnicodeToLower(a rune) { _ = unicode.ToLower(a) }

func UnicodeToTitle(a rune) { _ = unicode.ToTitle(a) }

func UnicodeSimpleFold(a rune) { _ = unicode.SimpleFold(a) }

func UnicodeUtf16IsSurrogate(a rune) { _ = utf16.IsSurrogate(a) }

func UnicodeUtf16DecodeRune(a rune, b rune) { _ = utf16.DecodeRune(a, b) }

func UnicodeUtf16EncodeRune(a rune) { _, _ = utf16.EncodeRune(a) }

func UnicodeUtf16RuneLen(a rune) { _ = utf16.RuneLen(a) }

func UnicodeUtf16Encode(a []rune) { _ = utf16.Encode(a) }

func UnicodeUtf8ValidRune(a rune) { _ = utf8.ValidRune(a) }

func UnicodeUtf8RuneLen(a rune) { _ = utf8.RuneLen(a) }

func UnicodeUtf8RuneStart(a byte) { _ = utf8.RuneStart(a) }

func UnicodeUtf8AppendRune(a []byte, b rune) { _ = utf8.AppendRune(a, b) }

func UnicodeUtf8EncodeRune(a []byte, b rune) { _ = utf8.EncodeRune(a, b) }

func UnicodeUtf8DecodeRuneInString(a string) { _, _ = utf8.DecodeRuneInString(a) }

func UnicodeUtf8DecodeRune(a []byte) { _, _ = utf8.DecodeRune(a) }

func UnicodeUtf8DecodeLastRuneInString(a string) { _, _ = utf8.DecodeLastRuneInString(a) }

func UnicodeUtf8DecodeLastRune(a []byte) { _, _ = utf8.DecodeLastRune(a) }

func UnicodeUtf8FullRuneInString(a string) { _ = utf8.FullRuneInString(a) }

func UnicodeUtf8FullRune(a []byte) { _ = utf8.FullRune(a) }

func UnicodeUtf8RuneCountInString(a string) { _ = utf8.RuneCountInString(a) }

func UnicodeUtf8RuneCount(a []byte) { _ = utf8.RuneCount(a) }

func UnicodeUtf8ValidString(a string) { _ = utf8.ValidString(a) }

func UnicodeUtf8Valid(a []byte) { _ = utf8.Valid(a) }
