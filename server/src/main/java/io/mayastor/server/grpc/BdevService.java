package io.mayastor.server.grpc;

import com.google.protobuf.Empty;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.mayastor.api.v1.Bdev;
import io.mayastor.api.v1.BdevRpcGrpc;
import io.mayastor.api.v1.BdevShareRequest;
import io.mayastor.api.v1.BdevShareResponse;
import io.mayastor.api.v1.BdevUnshareRequest;
import io.mayastor.api.v1.CreateBdevRequest;
import io.mayastor.api.v1.CreateBdevResponse;
import io.mayastor.api.v1.DestroyBdevRequest;
import io.mayastor.api.v1.ListBdevOptions;
import io.mayastor.api.v1.ListBdevResponse;
import io.mayastor.api.v1.ShareProtocol;
import io.mayastor.engine.device.BlockDevice;
import io.mayastor.engine.device.DeviceInfo;
import io.mayastor.engine.device.DeviceRegistry;
import io.mayastor.server.node.Shares;
import java.lang.System.Logger.Level;
import java.util.Set;

/** {@code mayastor.v1.BdevRpc}: devices by URI, and their shares over NVMe/TCP. */
public final class BdevService extends BdevRpcGrpc.BdevRpcImplBase {
    private static final System.Logger LOG = System.getLogger(BdevService.class.getPackageName());

    private final DeviceRegistry devices;
    private final Shares shares;

    public BdevService(DeviceRegistry devices, Shares shares) {
        this.devices = devices;
        this.shares = shares;
    }

    @Override
    public void create(CreateBdevRequest request, StreamObserver<CreateBdevResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    require(!request.getUri().isEmpty(), "uri must not be empty");
                    BlockDevice device = Waiting.on(devices.create(request.getUri()));
                    LOG.log(Level.INFO, "device {0} created: {1}", device.name(), device.uri());
                    return CreateBdevResponse.newBuilder()
                            .setBdev(message(devices.info(device.name())))
                            .build();
                });
    }

    @Override
    public void destroy(DestroyBdevRequest request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    require(!request.getUri().isEmpty(), "uri must not be empty");
                    Waiting.on(shares.destroy(request.getUri()));
                    LOG.log(Level.INFO, "device {0} destroyed", request.getUri());
                    return Empty.getDefaultInstance();
                });
    }

    @Override
    public void list(ListBdevOptions request, StreamObserver<ListBdevResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    ListBdevResponse.Builder response = ListBdevResponse.newBuilder();
                    devices.list().stream()
                            .filter(each ->
                                    !request.hasName()
                                            || each.device()
                                                    .name()
                                                    .equals(request.getName().getValue()))
                            .forEach(each -> response.addBdevs(message(each)));
                    return response.build();
                });
    }

    @Override
    public void share(BdevShareRequest request, StreamObserver<BdevShareResponse> caller) {
        Replies.reply(
                caller,
                () -> {
                    require(
                            request.getProtocol() == ShareProtocol.NVMF,
                            "protocol must be NVMF, not " + request.getProtocol());
                    Waiting.on(
                            shares.share(
                                    request.getName(), Set.copyOf(request.getAllowedHostsList())));
                    return BdevShareResponse.newBuilder()
                            .setBdev(message(devices.info(request.getName())))
                            .build();
                });
    }

    @Override
    public void unshare(BdevUnshareRequest request, StreamObserver<Empty> caller) {
        Replies.reply(
                caller,
                () -> {
                    Waiting.on(shares.unshare(request.getName()));
                    return Empty.getDefaultInstance();
                });
    }

    private Bdev message(DeviceInfo info) {
        BlockDevice device = info.device();
        return Bdev.newBuilder()
                .setName(device.name())
                .setUuid(device.uuid().toString())
                .setNumBlocks(device.blockCount())
                .setBlkSize(device.blockSize())
                .setClaimed(info.claimed())
                .setClaimedBy(info.claimedBy())
                .setAliases(String.join(",", info.aliases()))
                .setUri(device.uri())
                .setProductName(device.productName())
                .setShareUri(shares.uri(device))
                .build();
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw Status.INVALID_ARGUMENT.withDescription(rule).asRuntimeException();
        }
    }
}
