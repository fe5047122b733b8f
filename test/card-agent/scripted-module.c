/*
 * A PKCS#11 module that misbehaves to order: it passes every call on to SoftHSM, except what the file named by
 * SCRIPTED_MODULE says. One line of the file is one rule, looked up at every call:
 *   C_Sign hang          never returns
 *   C_Sign crash         ends the process
 *   C_Sign fail 50       returns that CK_RV
 *   C_Sign pulled 48     returns that CK_RV, and from then on there is no token, until the script is written anew
 *   C_Sign delay 300     works, after so many milliseconds
 *   C_Sign noise         succeeds with bytes that are no signature
 *   C_GetTokenInfo flags 262144   adds flags to what the token says
 *   C_GetMechanismList only 1     says that there is this one mechanism
 *   C_WaitForSlotEvent event      reports an event of slot 0 at every question
 * Calls of the functions below are noted in the file of that name plus ".calls", with the process number.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CK_PTR *
#define CK_DEFINE_FUNCTION(type, name) type name
#define CK_DECLARE_FUNCTION(type, name) type name
#define CK_DECLARE_FUNCTION_POINTER(type, name) type(*name)
#define CK_CALLBACK_FUNCTION(type, name) type(*name)
#define NULL_PTR 0
#include "pkcs11.h"

static CK_FUNCTION_LIST real;
static CK_FUNCTION_LIST scripted;

/* Finds the rule for a function: its verb, and the number after it. */
static int rule(const char *function, char verb[16], unsigned long *number) {
  const char *path = getenv("SCRIPTED_MODULE");
  FILE *file = path ? fopen(path, "r") : NULL;
  char line[256], name[64];
  int found = 0;
  while (file && !found && fgets(line, sizeof line, file)) {
    *number = 0;
    found = sscanf(line, "%63s %15s %lu", name, verb, number) >= 2 && strcmp(name, function) == 0;
  }
  if (file) fclose(file);
  return found;
}

static void note(const char *function) {
  char path[4096];
  snprintf(path, sizeof path, "%s.calls", getenv("SCRIPTED_MODULE"));
  FILE *file = fopen(path, "a");
  if (!file) return;
  fprintf(file, "%s %d\n", function, (int)getpid());
  fclose(file);
}

/* A file beside the script says that a rule "pulled" was carried out: other processes see the empty reader, too. */
static const char *pulled_path(void) {
  static char path[4096];
  snprintf(path, sizeof path, "%s.pulled", getenv("SCRIPTED_MODULE"));
  return path;
}

static int card_is_pulled(void) { return access(pulled_path(), F_OK) == 0; }

static void pull_card(void) {
  FILE *file = fopen(pulled_path(), "w");
  if (file) fclose(file);
}

/* Carries out hang, crash, fail, pulled and delay; CKR_OK for any other verb and for none. */
static CK_RV obey(const char *function) {
  char verb[16];
  unsigned long number;
  note(function);
  if (!rule(function, verb, &number)) return CKR_OK;
  if (strcmp(verb, "hang") == 0) for (;;) pause();
  if (strcmp(verb, "crash") == 0) abort();
  if (strcmp(verb, "delay") == 0) usleep(number * 1000);
  if (strcmp(verb, "pulled") == 0) pull_card();
  return strcmp(verb, "fail") == 0 || strcmp(verb, "pulled") == 0 ? number : CKR_OK;
}

#define SCRIPTED(function, parameters, arguments)   \
  static CK_RV scripted_##function parameters {     \
    CK_RV result = obey(#function);                 \
    return result ? result : real.function arguments; \
  }

SCRIPTED(C_GetSlotList, (CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *count), (present, list, count))
SCRIPTED(C_OpenSession, (CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify, CK_SESSION_HANDLE *session),
         (slot, flags, application, notify, session))
SCRIPTED(C_Login, (CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG length), (session, user, pin, length))
SCRIPTED(C_FindObjectsInit, (CK_SESSION_HANDLE session, CK_ATTRIBUTE *template, CK_ULONG count), (session, template, count))
SCRIPTED(C_GetSlotInfo, (CK_SLOT_ID slot, CK_SLOT_INFO *info), (slot, info))
SCRIPTED(C_FindObjects, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects, CK_ULONG limit, CK_ULONG *count),
         (session, objects, limit, count))
SCRIPTED(C_GetAttributeValue, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *template, CK_ULONG count),
         (session, object, template, count))
SCRIPTED(C_CloseAllSessions, (CK_SLOT_ID slot), (slot))
SCRIPTED(C_SignInit, (CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_OBJECT_HANDLE key), (session, mechanism, key))

static CK_RV scripted_C_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO *info) {
  char verb[16];
  unsigned long flags;
  CK_RV result = card_is_pulled() ? CKR_TOKEN_NOT_PRESENT : obey("C_GetTokenInfo");
  if (result == CKR_OK) result = real.C_GetTokenInfo(slot, info);
  if (result == CKR_OK && rule("C_GetTokenInfo", verb, &flags) && strcmp(verb, "flags") == 0) info->flags |= flags;
  return result;
}

static CK_RV scripted_C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID *slot, void *reserved) {
  char verb[16];
  unsigned long number;
  CK_RV result = obey("C_WaitForSlotEvent");
  if (result != CKR_OK) return result;
  if (!rule("C_WaitForSlotEvent", verb, &number) || strcmp(verb, "event") != 0) return real.C_WaitForSlotEvent(flags, slot, reserved);
  *slot = 0;
  return CKR_OK;
}

static CK_RV scripted_C_GetMechanismList(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *count) {
  char verb[16];
  unsigned long mechanism;
  CK_RV result = obey("C_GetMechanismList");
  if (result != CKR_OK) return result;
  if (!rule("C_GetMechanismList", verb, &mechanism)) return real.C_GetMechanismList(slot, list, count);
  if (list) list[0] = mechanism;
  *count = 1;
  return CKR_OK;
}

static CK_RV scripted_C_Sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG length, CK_BYTE *signature, CK_ULONG *size) {
  char verb[16];
  unsigned long number;
  CK_RV result = obey("C_Sign");
  if (result == CKR_OK) result = real.C_Sign(session, data, length, signature, size);
  if (result == CKR_OK && signature && rule("C_Sign", verb, &number) && strcmp(verb, "noise") == 0) memset(signature, 7, *size);
  return result;
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list) {
  void *library = dlopen(SOFTHSM_MODULE, RTLD_NOW | RTLD_LOCAL);
  CK_RV (*open)(CK_FUNCTION_LIST **) = library ? (CK_RV (*)(CK_FUNCTION_LIST **))dlsym(library, "C_GetFunctionList") : NULL;
  CK_FUNCTION_LIST *found;
  if (!open || open(&found) != CKR_OK) return CKR_GENERAL_ERROR;
  real = scripted = *found;
  scripted.C_GetSlotList = scripted_C_GetSlotList;
  scripted.C_OpenSession = scripted_C_OpenSession;
  scripted.C_Login = scripted_C_Login;
  scripted.C_FindObjectsInit = scripted_C_FindObjectsInit;
  scripted.C_GetSlotInfo = scripted_C_GetSlotInfo;
  scripted.C_FindObjects = scripted_C_FindObjects;
  scripted.C_GetAttributeValue = scripted_C_GetAttributeValue;
  scripted.C_CloseAllSessions = scripted_C_CloseAllSessions;
  scripted.C_WaitForSlotEvent = scripted_C_WaitForSlotEvent;
  scripted.C_SignInit = scripted_C_SignInit;
  scripted.C_GetTokenInfo = scripted_C_GetTokenInfo;
  scripted.C_GetMechanismList = scripted_C_GetMechanismList;
  scripted.C_Sign = scripted_C_Sign;
  *list = &scripted;
  return CKR_OK;
}
